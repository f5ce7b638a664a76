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

variable "open_dynamic_ports" {
  type        = bool
  description = "Whether they may reach the ports of tasks, too."
}

variable "consul_port" {
  type        = number
  description = "Of the API of Consul's servers: another one where it speaks TLS."
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
  description = "UCloud wants one; hosts close password login at their first boot. By TF_VAR_root_password."
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
  }))
  description = "By name, as Consul and Nomad know them. A host that is there keeps what it was made from until it is replaced, the configurations of its agents too: of a secured cluster they are none, and come over SSH."
}
