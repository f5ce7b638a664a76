# https://developer.hashicorp.com/nomad/docs/configuration
locals {
  # What is not there is left out: one list does for Debian and Red Hat, on both processors.
  chroot = [
    "/etc", "/usr/bin", "/usr/local/bin/consul", "/bin/sh", "/bin/bash", "/lib64", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
    "/lib/ld-linux-aarch64.so.1", "/usr/lib/python3.10", "/usr/lib/python3.11", "/usr/lib/python3.12", "/usr/lib/python3.13",
    "/usr/share/ca-certificates", "/usr/share/zoneinfo", "/run/resolvconf", "/run/systemd/resolve",
  ]

  nomad_common = {
    name       = var.name
    datacenter = var.datacenter
    data_dir   = "/opt/nomad"
    bind_addr  = "0.0.0.0"
    advertise = {
      http = var.private_ip
      rpc  = var.private_ip
      serf = var.private_ip
    }
    consul = {
      address      = "127.0.0.1:8500"
      grpc_address = "127.0.0.1:8502"
    }
    telemetry = {
      prometheus_metrics         = true
      publish_allocation_metrics = true
      publish_node_metrics       = true
    }
    disable_update_check = true
    # A host that is started again has the same agent: nobody leaves the cluster because of a reboot, whose signal is SIGINT by
    # the unit. SIGTERM is for those who go for good (nomadctl's retirement).
    leave_on_interrupt = false
    leave_on_terminate = true
  }

  nomad_server = {
    server = {
      enabled          = true
      bootstrap_expect = length(var.nomad_servers)
      raft_multiplier  = 1
      server_join = {
        retry_join     = [for address in var.nomad_servers : address if address != var.private_ip]
        retry_interval = "2s"
      }
    }
  }

  nomad_client = {
    client = {
      enabled    = true
      node_class = var.class
      servers    = var.nomad_servers
      # The data disk is another file system than /usr, so every exec task has its own copy of these instead of links: each
      # thing once, and what is large and for the host alone not at all.
      chroot_env = { for path in local.chroot : path => path }
      reserved   = { cpu = 100, memory = 256, disk = 1024 }
      meta = {
        zone             = var.zone
        address          = var.private_ip
        consul_http_addr = "127.0.0.1:8500"
        consul_grpc_addr = "127.0.0.1:8502"
        consul_binary    = "/usr/local/bin/consul"
      }
      # They ask other clouds' addresses.
      options = { "fingerprint.denylist" = "env_aws,env_gce,env_azure,env_digitalocean" }
    }
    plugin = [{ docker = [{ config = [{ gc = [{ image_delay = "1h" }] }] }] }]
  }

  nomad_config = lookup({
    nomad-server = jsonencode(merge(local.nomad_common, local.nomad_server))
    client       = jsonencode(merge(local.nomad_common, local.nomad_client))
  }, var.role, null)
}
