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

variable "management" {
  type = object({
    cidr        = string
    subnet_cidr = string
    vpc_id      = string
    subnet_id   = string
  })
  description = "Where the servers live. An empty id means that it is made."
}

variable "clients" {
  type = object({
    cidr        = string
    subnet_cidr = string
    vpc_id      = string
    subnet_id   = string
  })
  description = "Where the clients live. An empty id means that it is made."
}

variable "controller_vpc_id" {
  type        = string
  description = "A VPC that is to reach both; empty for none."
}
