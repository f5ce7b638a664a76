output "id" {
  value = ucloud_instance.this.id
}

output "private_ip" {
  value = ucloud_instance.this.private_ip
}

output "public_ip" {
  value = one(ucloud_eip.this[*].public_ip)
}
