variable "name" {
  type = string
}

variable "role" {
  type        = string
  description = "consul-server, nomad-server or client."
}

variable "private_ip" {
  type = string
}

variable "data_disk" {
  type        = bool
  description = "Whether there is one, as /dev/vdb."
}

variable "agents" {
  type        = map(string)
  description = "Configuration of each agent that it runs, consul and nomad, as JSON. Empty: both come over SSH, and start then."
}

variable "consul_servers" {
  type        = list(string)
  description = "Private addresses."
}

variable "nomad_servers" {
  type        = list(string)
  description = "Private addresses."
}

variable "ssh_public_keys" {
  type = list(string)
}

variable "guard_rules" {
  type        = list(string)
  description = "Of iptables, for what reaches the host over the network."
}
