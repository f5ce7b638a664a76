# Ids are handed on by nomadctl, wherever the states of the other roots are kept.
locals {
  reaches = toset([for listener in values(var.listeners) : listener.reach])
  is_open = contains(local.reaches, "public")
  # Every client has an ingress, which knows where the instances are.
  backends = merge([for key, listener in var.listeners : {
    for client, id in var.clients : "${key}/${client}" => { listener = key, reach = listener.reach, host = id, port = listener.gate }
  }]...)
  bound = merge([for key, listener in var.listeners : {
    for certificate in listener.certificates : "${key}/${certificate}" => { listener = key, reach = listener.reach, certificate = certificate }
  }]...)
}

resource "ucloud_security_group" "public" {
  count = local.is_open ? 1 : 0

  name = "${var.name}-ingress-public"
  tag  = var.name

  dynamic "rules" {
    for_each = merge([for key, listener in var.listeners : {
      for from in listener.from : "${listener.port} ${from}" => { port = listener.port, from = from }
    } if listener.reach == "public"]...)
    content {
      protocol   = "tcp"
      port_range = tostring(rules.value.port)
      cidr_block = rules.value.from
      policy     = "accept"
      priority   = "high"
    }
  }
}

resource "ucloud_lb" "this" {
  for_each = local.reaches

  name           = "${var.name}-ingress-${each.key}"
  tag            = var.name
  internal       = each.key == "inner"
  vpc_id         = var.network.vpc_id
  subnet_id      = each.key == "inner" ? var.network.subnet_id : null
  listen_type    = "request_proxy"
  security_group = each.key == "public" ? ucloud_security_group.public[0].id : null
}

resource "ucloud_eip" "public" {
  count = local.is_open ? 1 : 0

  name = "${var.name}-ingress-public"
  tag  = var.name
  # Mainland China has lines of its own.
  internet_type = startswith(var.region, "cn-") ? "bgp" : "international"
  charge_mode   = "traffic"
  charge_type   = var.charge_type
  bandwidth     = var.bandwidth

  lifecycle {
    ignore_changes = [charge_type, internet_type]
  }
}

resource "ucloud_eip_association" "public" {
  count = local.is_open ? 1 : 0

  eip_id        = ucloud_eip.public[0].id
  resource_id   = ucloud_lb.this["public"].id
  resource_type = "lb"
}

resource "ucloud_lb_listener" "this" {
  for_each = var.listeners

  name              = each.key
  load_balancer_id  = ucloud_lb.this[each.value.reach].id
  protocol          = each.value.protocol
  listen_type       = "request_proxy"
  port              = each.value.port
  health_check_type = each.value.health_path == "" ? "port" : "path"
  path              = each.value.health_path == "" ? null : each.value.health_path
}

resource "ucloud_lb_attachment" "this" {
  for_each = local.backends

  load_balancer_id = ucloud_lb.this[each.value.reach].id
  listener_id      = ucloud_lb_listener.this[each.value.listener].id
  resource_id      = each.value.host
  port             = each.value.port
}

resource "ucloud_lb_ssl" "this" {
  for_each = var.certificates

  # Certificates have no tag.
  name        = "${var.name}.${each.key}"
  user_cert   = each.value.certificate
  ca_cert     = each.value.chain == "" ? null : each.value.chain
  private_key = var.private_key

  lifecycle {
    # The key is told once, and forgotten.
    ignore_changes = [private_key]
  }
}

resource "ucloud_lb_ssl_attachment" "this" {
  for_each = local.bound

  load_balancer_id = ucloud_lb.this[each.value.reach].id
  listener_id      = ucloud_lb_listener.this[each.value.listener].id
  ssl_id           = ucloud_lb_ssl.this[each.value.certificate].id
}
