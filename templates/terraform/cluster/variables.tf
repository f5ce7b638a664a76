variable "base_url" {
  type        = string
  description = "Address of UCloud's API."
}

variable "project_id" {
  type = string
}

variable "region" {
  type = string
}

variable "cluster" {
  type        = string
  description = "Begins the names of the hosts at UCloud."
}

variable "name" {
  type        = string
  description = "Begins the name of everything else, and is the tag of all."
}

variable "network" {
  type = object({
    management_vpc_id    = string
    management_subnet_id = string
    client_vpc_id        = string
    client_subnet_id     = string
  })
}

variable "allow_ip" {
  type        = list(string)
  description = "Who may reach the public addresses."
}

variable "open_ports" {
  type        = map(list(string))
  description = "By role: what they reach."
}

variable "guard_rules" {
  type        = list(string)
  description = "Of iptables, for what reaches a host from private networks."
}

variable "charge_type" {
  type = string
}

variable "bandwidth" {
  type        = number
  description = "Of each public address, in Mbit/s."
}

variable "boot_disk_type" {
  type = string
}

variable "data_disk_type" {
  type = string
}

variable "ssh_public_keys" {
  type        = list(string)
  description = "Whose keys open root's shell."
}

variable "root_password" {
  type        = string
  sensitive   = true
  default     = null
  description = "UCloud wants a root password of every new host, which forgets it at its first boot. What each is made from, by TF_VAR_root_password; without it the provider makes them."
}

variable "hosts" {
  type = map(object({
    role            = string
    zone            = string
    private_ip      = string
    instance_type   = string
    image_id        = string
    data_disk       = number
    public_address  = bool
    isolation_group = string
    agents          = map(string)
    charge_type     = optional(string)
    boot_disk_type  = optional(string)
    boot_disk       = optional(number)
    data_disk_type  = optional(string)
  }))
  description = "By name, as Consul and Nomad know them. A host that is there keeps what it was made from until it is replaced, the configurations of its agents too: of a secured cluster they are none, and come over SSH. What is null is as for all of them; a boot disk in GB, as large as its image."
}

variable "nat_gateways" {
  type = map(object({
    vpc_id     = string
    subnet_ids = list(string)
  }))
  description = "By which hosts without a public address reach the internet."
}

variable "inner_balancers" {
  type = map(object({
    port    = number
    servers = list(string)
  }))
  default     = {}
  description = "By program: the port of its API, and the names of the hosts that serve it."
}
