# What a host does at its first boot. Nothing in here is secret: every task of a host may ask its cloud for it.
locals {
  consul_config = var.agents["consul"]
  nomad_config  = lookup(var.agents, "nomad", "")

  script = templatefile("${path.module}/first-boot.sh.tftpl", {
    name          = var.name
    role          = var.role
    consul_config = local.consul_config
    nomad_config  = local.nomad_config
    # Where the agent that has most to keep keeps it.
    data_folder = var.data_disk ? jsondecode(local.nomad_config == "" ? local.consul_config : local.nomad_config).data_dir : ""
    private_ip  = var.private_ip
    others = {
      consul = [for address in var.consul_servers : address if address != var.private_ip]
      nomad  = [for address in var.nomad_servers : address if address != var.private_ip]
    }
    nomad_servers   = var.nomad_servers
    ssh_public_keys = var.ssh_public_keys
    guard           = templatefile("${path.module}/guard.sh.tftpl", { rules = var.guard_rules })
  })
}

output "script" {
  value = local.script
}
