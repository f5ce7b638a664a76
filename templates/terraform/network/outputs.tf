output "management_vpc_id" {
  value = module.management.vpc_id
}

output "management_subnet_id" {
  value = module.management.subnet_id
}

output "management_subnet_cidr" {
  value = module.management.subnet_cidr
}

output "client_vpc_id" {
  value = module.clients.vpc_id
}

output "client_subnet_id" {
  value = module.clients.subnet_id
}

output "client_subnet_cidr" {
  value = module.clients.subnet_cidr
}
