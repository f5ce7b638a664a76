variable "name" {
  type = string
}

variable "role" {
  type        = string
  description = "consul-server, nomad-server or client."
}

variable "class" {
  type        = string
  description = "Of a client: what jobs may ask for as node.class."
}

variable "zone" {
  type = string
}

variable "private_ip" {
  type = string
}

variable "data_disk" {
  type        = bool
  description = "Whether there is one, as /dev/vdb."
}

variable "datacenter" {
  type = string
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
