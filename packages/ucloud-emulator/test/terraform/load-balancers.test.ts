import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const balancers = ({
  name = 'outer',
  group = 'one',
  method = 'roundrobin',
  port = 8080,
  domain = 'a.example',
  path = '/a',
  tcp = 9000,
  cookie = '',
  subnet = 'net',
  backends = ['http'],
} = {}) => `
data "ucloud_zones" "all" {}
data "ucloud_images" "linux" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
resource "ucloud_vpc" "net" {
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_subnet" "net" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.3.0/24"
}
resource "ucloud_subnet" "other" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.4.0/24"
}
resource "ucloud_security_group" "one" {
  rules {
    port_range = "80"
  }
}
resource "ucloud_security_group" "two" {
  rules {
    port_range = "443"
  }
}
resource "ucloud_instance" "host" {
  availability_zone = data.ucloud_zones.all.zones[0].id
  image_id          = data.ucloud_images.linux.images[0].id
  instance_type     = "n-basic-1"
  boot_disk_type    = "cloud_ssd"
  vpc_id            = ucloud_vpc.net.id
  subnet_id         = ucloud_subnet.net.id
}
resource "ucloud_lb" "outer" {
  name           = "${name}"
  tag            = "${name}-tag"
  remark         = "faces the world"
  vpc_id         = ucloud_vpc.net.id
  listen_type    = "request_proxy"
  security_group = ucloud_security_group.${group}.id
  # It names no subnet, and UCloud takes one that the network has by then.
  depends_on     = [ucloud_subnet.net, ucloud_subnet.other]
}
resource "ucloud_lb" "inner" {
  name      = "inner"
  internal  = true
  vpc_id    = ucloud_vpc.net.id
  subnet_id = ucloud_subnet.${subnet}.id
}
resource "ucloud_lb_listener" "http" {
  name             = "http"
  load_balancer_id = ucloud_lb.outer.id
  protocol         = "http"
  method           = "${method}"
  idle_timeout     = 90
  persistence_type = "${cookie === '' ? 'server_insert' : 'user_defined'}"
  persistence      = ${cookie === '' ? 'null' : JSON.stringify(cookie)}
}
resource "ucloud_lb_listener" "https" {
  name              = "https"
  load_balancer_id  = ucloud_lb.outer.id
  protocol          = "https"
  health_check_type = "path"
  domain            = "${domain}"
  path              = "${path}"
}
resource "ucloud_lb_listener" "tcp" {
  name             = "tcp"
  load_balancer_id = ucloud_lb.inner.id
  protocol         = "tcp"
  port             = ${tcp}
  method           = "consistent_hash"
}
resource "ucloud_lb_attachment" "http" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.http.id
  resource_id      = ucloud_instance.host.id
  port             = ${port}
}
resource "ucloud_lb_attachment" "second" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.http.id
  resource_id      = ucloud_instance.host.id
  port             = 9090
}
resource "ucloud_lb_attachment" "tcp" {
  load_balancer_id = ucloud_lb.inner.id
  listener_id      = ucloud_lb_listener.tcp.id
  resource_type    = "instance"
  resource_id      = ucloud_instance.host.id
  port             = ${tcp}
}
resource "ucloud_lb_rule" "domain" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.http.id
  backend_ids      = [ucloud_lb_attachment.http.id]
  domain           = "${domain}"
}
resource "ucloud_lb_rule" "path" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.http.id
  backend_ids      = [${backends.map((name) => `ucloud_lb_attachment.${name}.id`).join(', ')}]
  path             = "${path}"
}
resource "ucloud_lb_ssl" "cert" {
  name        = "${name}-cert"
  private_key = "a key"
  user_cert   = "a certificate"
  ca_cert     = "who signed it"
}
resource "ucloud_lb_ssl_attachment" "cert" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.https.id
  ssl_id           = ucloud_lb_ssl.cert.id
}
data "ucloud_lbs" "all" {
  vpc_id = ucloud_vpc.net.id
  ids    = [ucloud_lb.outer.id, ucloud_lb.inner.id]
}
data "ucloud_lb_listeners" "outer" {
  load_balancer_id = ucloud_lb.outer.id
  ids              = [ucloud_lb_listener.http.id, ucloud_lb_listener.https.id]
}
data "ucloud_lb_attachments" "http" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_attachment.http.listener_id
  depends_on       = [ucloud_lb_attachment.second]
}
data "ucloud_lb_rules" "http" {
  load_balancer_id = ucloud_lb.outer.id
  listener_id      = ucloud_lb_listener.http.id
  ids              = [ucloud_lb_rule.domain.id, ucloud_lb_rule.path.id]
}
data "ucloud_lb_ssls" "cert" {
  name_regex = ucloud_lb_ssl.cert.name
}
output "found" {
  value = {
    lbs       = { for lb in data.ucloud_lbs.all.lbs : lb.name => lb.internal }
    listeners = { for listener in data.ucloud_lb_listeners.outer.lb_listeners : listener.name => listener.port }
    backends  = sort([for backend in data.ucloud_lb_attachments.http.lb_attachments : format("%d", backend.port)])
    status    = distinct(data.ucloud_lb_attachments.http.lb_attachments[*].status)
    rules     = sort(concat(compact(data.ucloud_lb_rules.http.lb_rules[*].domain), compact(data.ucloud_lb_rules.http.lb_rules[*].path)))
    ssls      = data.ucloud_lb_ssls.cert.lb_ssls[*].name
    type      = ucloud_lb_listener.tcp.listen_type
    address   = ucloud_lb.inner.private_ip
  }
}
`;

test.skipIf(!programs)('load balancers, listeners, backends, rules and certificates', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  const later = { name: 'renamed', group: 'two', method: 'leastconn', port: 8081, domain: 'b.example', path: '/b', cookie: 'session' };
  await liveTwice({
    cloud,
    root,
    created: balancers(),
    onCreated({ found }) {
      expect(found).toEqual({
        lbs: { outer: false, inner: true },
        listeners: { http: 80, https: 443 },
        backends: ['8080', '9090'],
        status: ['normalRunning'],
        rules: ['/a', 'a.example'],
        ssls: ['outer-cert'],
        type: 'packets_transmit',
        address: expect.stringMatching(/^10\.8\.3\./),
      });
    },
    changed: [
      {
        config: balancers(later),
        plans: {
          'ucloud_lb.outer': 'update',
          'ucloud_lb_listener.http': 'update',
          'ucloud_lb_listener.https': 'update',
          'ucloud_lb_attachment.http': 'update',
          'ucloud_lb_rule.domain': 'update',
          'ucloud_lb_rule.path': 'update',
          'ucloud_lb_ssl.cert': 'replace',
          'ucloud_lb_ssl_attachment.cert': 'replace',
        },
      },
      {
        config: balancers({ ...later, tcp: 9001, subnet: 'other', backends: ['http', 'second'] }),
        plans: {
          'ucloud_lb.inner': 'replace',
          'ucloud_lb_listener.tcp': 'replace',
          'ucloud_lb_attachment.tcp': 'replace',
          'ucloud_lb_rule.path': 'replace',
        },
      },
    ],
    imported: {
      'ucloud_lb.outer': 'import',
      'ucloud_lb.inner': 'import',
      'ucloud_lb_listener.http': 'import',
      'ucloud_lb_listener.https': 'import',
      'ucloud_lb_attachment.http': 'import',
      'ucloud_lb_rule.domain': 'import',
    },
  });
  const gone = trace(cloud, { actions: /^(Release|Delete(VServer|ULB|Policy|SSL)|Unbind)/ });
  for (const action of ['ReleaseBackend', 'DeletePolicy', 'UnbindSSL', 'DeleteSSL', 'DeleteVServer', 'DeleteULB'])
    expect(gone).toContain(action);
});
