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

variable "ports" {
  type = list(string)
}

variable "allow_ip" {
  type = list(string)
}

resource "ucloud_security_group" "this" {
  name = var.name
  tag  = var.tag

  dynamic "rules" {
    for_each = setproduct(var.ports, var.allow_ip)
    content {
      protocol   = "tcp"
      port_range = rules.value[0]
      cidr_block = rules.value[1]
      policy     = "accept"
      priority   = "high"
    }
  }
}

output "id" {
  value = ucloud_security_group.this.id
}
