variable "name" {
  type = string
}

variable "cluster" {
  type = string
}

variable "tag" {
  type = string
}

variable "host" {
  type = object({
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
  })
}

variable "vpc_id" {
  type = string
}

variable "subnet_id" {
  type = string
}

variable "firewall_id" {
  type = string
}

variable "isolation_group" {
  type        = string
  description = "Its id; the host's own is a name."
}

variable "charge_type" {
  type = string
}

variable "bandwidth" {
  type = number
}

variable "boot_disk_type" {
  type = string
}

variable "data_disk_type" {
  type = string
}

variable "root_password" {
  type      = string
  sensitive = true
}

variable "consul_servers" {
  type = list(string)
}

variable "nomad_servers" {
  type = list(string)
}

variable "ssh_public_keys" {
  type = list(string)
}

variable "guard_rules" {
  type = list(string)
}
