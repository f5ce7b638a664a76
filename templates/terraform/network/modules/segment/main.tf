# A VPC with one subnet, or those that are there already.
terraform {
  required_providers {
    ucloud = {
      source = "ucloud/ucloud"
    }
  }
}

variable "name" {
  type = string
}

variable "tag" {
  type = string
}

variable "segment" {
  type = object({
    cidr        = string
    subnet_cidr = string
    vpc_id      = string
    subnet_id   = string
  })
}

resource "ucloud_vpc" "this" {
  count = var.segment.vpc_id == "" ? 1 : 0

  name        = var.name
  tag         = var.tag
  cidr_blocks = [var.segment.cidr]
}

resource "ucloud_subnet" "this" {
  count = var.segment.subnet_id == "" ? 1 : 0

  name       = var.name
  tag        = var.tag
  cidr_block = var.segment.subnet_cidr
  vpc_id     = var.segment.vpc_id == "" ? one(ucloud_vpc.this[*].id) : var.segment.vpc_id
}

data "ucloud_subnets" "given" {
  count = var.segment.subnet_id == "" ? 0 : 1

  ids = [var.segment.subnet_id]
}

output "vpc_id" {
  value = var.segment.vpc_id == "" ? one(ucloud_vpc.this[*].id) : var.segment.vpc_id
}

output "subnet_id" {
  value = var.segment.subnet_id == "" ? one(ucloud_subnet.this[*].id) : var.segment.subnet_id
}

output "subnet_cidr" {
  value = var.segment.subnet_id == "" ? var.segment.subnet_cidr : one(one(data.ucloud_subnets.given[*].subnets)[*].cidr_block)
}
