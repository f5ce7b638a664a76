locals {
  consul_servers = [for host in values(var.hosts) : host.private_ip if host.role == "consul-server"]
  nomad_servers  = [for host in values(var.hosts) : host.private_ip if host.role == "nomad-server"]
}

# Only what comes over a public address meets a firewall; what comes from private networks meets the guard of each host.
module "firewall" {
  source   = "./modules/firewall"
  for_each = var.open_ports

  name     = "${var.name}-${each.key}"
  tag      = var.name
  ports    = each.value
  allow_ip = var.allow_ip
}

module "isolation_group" {
  source   = "./modules/isolation-group"
  for_each = toset([for host in values(var.hosts) : host.isolation_group])

  name = "${var.name}-${each.key}"
}

module "host" {
  source   = "./modules/host"
  for_each = var.hosts

  name            = each.key
  cluster         = var.cluster
  tag             = var.name
  host            = each.value
  vpc_id          = each.value.role == "client" ? var.network.client_vpc_id : var.network.management_vpc_id
  subnet_id       = each.value.role == "client" ? var.network.client_subnet_id : var.network.management_subnet_id
  firewall_id     = module.firewall[each.value.role].id
  isolation_group = module.isolation_group[each.value.isolation_group].id
  charge_type     = var.charge_type
  bandwidth       = var.bandwidth
  boot_disk_type  = var.boot_disk_type
  data_disk_type  = var.data_disk_type
  root_password   = var.root_password

  consul_servers  = local.consul_servers
  nomad_servers   = local.nomad_servers
  ssh_public_keys = var.ssh_public_keys
  guard_rules     = var.guard_rules
}

# Of each VPC of its own one: a gateway serves subnets of a single VPC.
module "nat" {
  source   = "./modules/nat-gateway"
  for_each = var.nat_gateways

  name          = "${var.cluster}-nat-${each.key}"
  tag           = var.name
  vpc_id        = each.value.vpc_id
  subnet_ids    = each.value.subnet_ids
  firewall_id   = module.firewall["client"].id
  charge_type   = var.charge_type
  bandwidth     = var.bandwidth
  international = !startswith(var.region, "cn-")
}

module "balancer" {
  source   = "./modules/inner-balancer"
  for_each = var.inner_balancers

  name      = "${var.name}-inner-${each.key}"
  tag       = var.name
  vpc_id    = var.network.management_vpc_id
  subnet_id = var.network.management_subnet_id
  port      = each.value.port
  servers   = { for name in each.value.servers : name => module.host[name].id }

  # Its address is any that is free: those of hosts are taken by then.
  depends_on = [module.host]
}
