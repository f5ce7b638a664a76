output "hosts" {
  value = { for name, host in module.host : name => {
    id         = host.id
    private_ip = host.private_ip
    public_ip  = host.public_ip
  } }
}
