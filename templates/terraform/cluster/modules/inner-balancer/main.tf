# One address, inside, for the API of all servers of a program: whoever is in the VPC or in one that is connected reaches a server that is well.
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

variable "subnet_id" {
  type = string
}

variable "port" {
  type = number
}

variable "servers" {
  type        = map(string)
  description = "Ids of the hosts, by their names."
}

resource "ucloud_lb" "this" {
  name      = var.name
  tag       = var.tag
  internal  = true
  vpc_id    = var.vpc_id
  subnet_id = var.subnet_id
  # Servers see an address of their own subnet, which their guard knows, and need none of the balancer's on their loopback.
  listen_type = "request_proxy"
}

resource "ucloud_lb_listener" "this" {
  name              = "api"
  load_balancer_id  = ucloud_lb.this.id
  protocol          = "tcp"
  listen_type       = "request_proxy"
  port              = var.port
  health_check_type = "port"
  # Blocking queries say nothing for minutes.
  idle_timeout = 900
}

resource "ucloud_lb_attachment" "this" {
  for_each = var.servers

  load_balancer_id = ucloud_lb.this.id
  listener_id      = ucloud_lb_listener.this.id
  resource_id      = each.value
  port             = var.port
}

output "private_ip" {
  value = ucloud_lb.this.private_ip
}
