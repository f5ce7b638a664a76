# The way to the internet of hosts that have no public address. Nobody comes in by it: it leads no port to anyone.
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

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "firewall_id" {
  type = string
}

variable "charge_type" {
  type = string
}

variable "bandwidth" {
  type = number
}

variable "international" {
  type = bool
}

resource "ucloud_eip" "this" {
  name          = var.name
  tag           = var.tag
  internet_type = var.international ? "international" : "bgp"
  charge_mode   = "traffic"
  charge_type   = var.charge_type
  bandwidth     = var.bandwidth

  lifecycle {
    ignore_changes = [charge_type, internet_type]
  }
}

resource "ucloud_nat_gateway" "this" {
  name              = var.name
  tag               = var.tag
  vpc_id            = var.vpc_id
  subnet_ids        = var.subnet_ids
  eip_id            = ucloud_eip.this.id
  security_group    = var.firewall_id
  enable_white_list = false
}
