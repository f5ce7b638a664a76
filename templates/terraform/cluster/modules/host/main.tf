terraform {
  required_providers {
    ucloud = {
      source = "ucloud/ucloud"
    }
  }
}

locals {
  charge_type    = coalesce(var.host.charge_type, var.charge_type)
  boot_disk_type = coalesce(var.host.boot_disk_type, var.boot_disk_type)
  data_disk_type = coalesce(var.host.data_disk_type, var.data_disk_type)
  # The provider has other arguments for disks in the host itself.
  local_disk = startswith(local.data_disk_type, "local_") ? var.host.data_disk : 0
  cloud_disk = var.host.data_disk - local.local_disk
}

module "user_data" {
  source = "../user-data"

  name            = var.name
  role            = var.host.role
  private_ip      = var.host.private_ip
  data_disk       = var.host.data_disk > 0
  agents          = var.host.agents
  consul_servers  = var.consul_servers
  nomad_servers   = var.nomad_servers
  ssh_public_keys = var.ssh_public_keys
  guard_rules     = var.guard_rules
}

resource "ucloud_instance" "this" {
  name              = "${var.cluster}-${var.name}"
  tag               = var.tag
  availability_zone = var.host.zone
  instance_type     = var.host.instance_type
  image_id          = var.host.image_id
  # The provider forgets which image that was, and UCloud tells the base image only; this is where nomadctl looks it up.
  remark = "made from ${var.host.image_id}"

  charge_type    = local.charge_type
  boot_disk_type = local.boot_disk_type
  boot_disk_size = var.host.boot_disk
  data_disk_type = local.local_disk > 0 ? local.data_disk_type : null
  data_disk_size = local.local_disk > 0 ? local.local_disk : null
  # The provider knows no login by key (LoginMode is Password in its resource_ucloud_instance.go), so each host gets one that
  # nobody else has, and forgets it at its first boot.
  root_password = var.root_password == null ? null : "Aa_${substr(sha256("${var.root_password} ${var.name}"), 0, 27)}"
  user_data     = module.user_data.script

  vpc_id          = var.vpc_id
  subnet_id       = var.subnet_id
  private_ip      = var.host.private_ip
  security_group  = var.firewall_id
  isolation_group = var.isolation_group

  delete_disks_with_instance = true

  dynamic "data_disks" {
    for_each = local.cloud_disk > 0 ? [local.cloud_disk] : []
    content {
      size = data_disks.value
      type = local.data_disk_type
    }
  }

  lifecycle {
    # What a host was made from once. Changes reach the next host of that name: nomadctl up --replace.
    ignore_changes = [
      image_id, user_data, root_password, charge_type, boot_disk_type, boot_disk_size, data_disks, data_disk_type, data_disk_size
    ]

    precondition {
      condition     = length(module.user_data.script) <= 16384
      error_message = "The user data of ${var.name} is longer than the 16384 characters that UCloud takes."
    }
  }
}

resource "ucloud_eip" "this" {
  count = var.host.public_address ? 1 : 0

  name = "${var.cluster}-${var.name}"
  tag  = var.tag
  # Mainland China has lines of its own.
  internet_type = startswith(var.host.zone, "cn-") ? "bgp" : "international"
  charge_mode   = "traffic"
  charge_type   = local.charge_type
  bandwidth     = var.bandwidth

  lifecycle {
    ignore_changes = [charge_type, internet_type]
  }
}

resource "ucloud_eip_association" "this" {
  count = var.host.public_address ? 1 : 0

  eip_id      = ucloud_eip.this[0].id
  resource_id = ucloud_instance.this.id
}
