output "hosts" {
  value = { for name, host in module.host : name => {
    id         = host.id
    private_ip = host.private_ip
    public_ip  = host.public_ip
  } }
}

# None at all where there is no balancer: a state without it stays as it is.
output "inner_balancers" {
  value = length(var.inner_balancers) == 0 ? null : { for program, balancer in module.balancer : program => balancer.private_ip }
}
