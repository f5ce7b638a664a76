# What a host does at its first boot. Nothing in here is secret: every task of a host may ask its cloud for it.
locals {
  consul_config = lookup(var.agents, "consul", "")
  nomad_config  = lookup(var.agents, "nomad", "")

  script = templatefile("${path.module}/first-boot.sh.tftpl", {
    name          = var.name
    role          = var.role
    consul_config = local.consul_config
    nomad_config  = local.nomad_config
    # Where the agent that has most to keep keeps it: HOST_FOLDERS of src/agents/config/host-files.ts.
    data_folder = var.data_disk ? (var.role == "consul-server" ? "/opt/consul" : "/opt/nomad") : ""
    private_ip  = var.private_ip
    others = {
      consul = [for address in var.consul_servers : address if address != var.private_ip]
      nomad  = [for address in var.nomad_servers : address if address != var.private_ip]
    }
    nomad_servers   = var.nomad_servers
    ssh_public_keys = var.ssh_public_keys
    # The host and its containers ask the host's own address, whose port 53 leads to its Consul: a container has another loopback, and Docker
    # leaves out resolvers that are on one. Consul asks all else where the host asked before; those stay in resolv.conf behind it, and are
    # asked at once while it does not run. Where systemd-resolved runs, it has what DHCP says in a file of its own.
    names = templatefile("${path.module}/names.sh.tftpl", { name = var.name, private_ip = var.private_ip })
    guard = templatefile("${path.module}/guard.sh.tftpl", { rules = var.guard_rules })
  })
}

output "script" {
  value = local.script
}
