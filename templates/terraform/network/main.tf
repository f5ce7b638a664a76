module "management" {
  source = "./modules/segment"

  name    = "${var.name}-management"
  tag     = var.name
  segment = var.management
}

module "clients" {
  source = "./modules/segment"

  name    = "${var.name}-clients"
  tag     = var.name
  segment = var.clients
}

locals {
  # VPCs that were there before are joined as their owner wants them to be.
  all_given = var.management.vpc_id != "" && var.clients.vpc_id != ""
  given     = compact([var.management.vpc_id, var.clients.vpc_id])
}

# The provider reads the first peering of a VPC, whichever it is; its id alone says which one this is.
resource "ucloud_vpc_peering_connection" "clients" {
  count = local.all_given ? 0 : 1

  vpc_id      = module.management.vpc_id
  peer_vpc_id = module.clients.vpc_id

  lifecycle {
    ignore_changes = [peer_vpc_id, peer_project_id, peer_region]
  }
}

resource "ucloud_vpc_peering_connection" "controller_management" {
  count = var.controller_vpc_id != "" && !contains(local.given, var.controller_vpc_id) ? 1 : 0

  vpc_id      = module.management.vpc_id
  peer_vpc_id = var.controller_vpc_id

  lifecycle {
    ignore_changes = [peer_vpc_id, peer_project_id, peer_region]
  }
}

resource "ucloud_vpc_peering_connection" "controller_clients" {
  count = var.controller_vpc_id != "" && !contains(local.given, var.controller_vpc_id) ? 1 : 0

  vpc_id      = module.clients.vpc_id
  peer_vpc_id = var.controller_vpc_id

  lifecycle {
    ignore_changes = [peer_vpc_id, peer_project_id, peer_region]
  }
}
