// Serves one repository of emulate's GitHub on a free port of the loopback interface
// and prints its address: node emulate.mjs, with emulate in ./node_modules.
import http from 'node:http'
import net from 'node:net'

// emulate listens on every interface and has no option for it.
const listen = http.Server.prototype.listen
http.Server.prototype.listen = function (port, host, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest)
}

const port = await new Promise((resolve, reject) => {
  const probe = net.createServer().once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => resolve(port))
  })
})
const { createEmulator } = await import('emulate')
const { url } = await createEmulator({
  service: 'github',
  port,
  baseUrl: `http://127.0.0.1:${port}`,
  seed: {
    tokens: { second_opinion: { login: 'example', scopes: ['repo'] } },
    github: {
      users: [{ login: 'example', email: 'example@example.com', name: 'Example' }],
      repos: [{ owner: 'example', name: 'deploy', auto_init: true }],
    },
  },
})
console.log(url)
