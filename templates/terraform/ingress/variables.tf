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

variable "name" {
  type        = string
  description = "Begins the name of everything here, and is its tag."
}

variable "charge_type" {
  type = string
}

variable "bandwidth" {
  type        = number
  description = "Of the public address, in Mbit/s."
}

variable "network" {
  type = object({
    vpc_id    = string
    subnet_id = string
  })
  description = "Of the clients."
}

variable "clients" {
  type        = map(string)
  description = "Ids of the hosts that have an ingress, by their names."
}

variable "listeners" {
  type = map(object({
    reach        = string
    protocol     = string
    port         = number
    gate         = number
    health_path  = string
    from         = list(string)
    certificates = list(string)
  }))
  description = "Ports of the addresses: who reaches them, the port of every client that they lead to, and what is asked there to know whether it is well."
}

variable "certificates" {
  type = map(object({
    certificate = string
    chain       = string
  }))
  description = "In PEM, by the beginning of their fingerprints."
}

variable "private_key" {
  type        = string
  sensitive   = true
  default     = ""
  description = "Of the certificate that UCloud does not have yet, by TF_VAR_private_key: one at a time."
}
