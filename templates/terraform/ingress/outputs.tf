output "public_ip" {
  value = one(ucloud_eip.public[*].public_ip)
}

output "inner_ip" {
  value = try(ucloud_lb.this["inner"].private_ip, null)
}
