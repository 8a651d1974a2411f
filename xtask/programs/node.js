'use strict';
// Each group ends before the next begins, so that lines come in order.
const fs = require('fs'), fsp = fs.promises, http = require('http'), net = require('net'), dgram = require('dgram');
const { spawn, exec, fork } = require('child_process');
const { Worker } = require('worker_threads');
const { once } = require('events');
const zlib = require('zlib'), crypto = require('crypto'), dns = require('dns').promises, util = require('util');

if (process.argv[2] === 'child') {
  process.on('message', (m) => process.send(m * 2, () => process.disconnect()));
  return;
}

const listen = async (server, ...where) => { server.listen(...where); await once(server, 'listening'); return server; };
const fetchText = (options) => new Promise((resolve, reject) => http.get(options, (r) => {
  let text = ''; r.on('data', (d) => text += d).on('end', () => resolve(text));
}).on('error', reject));

const groups = {
  async files() {
    await fsp.mkdir('many');
    await Promise.all([...Array(300).keys()].map((n) => fsp.writeFile(`many/${n}`, 'x'.repeat(n))));
    const stats = await Promise.all((await fsp.readdir('many')).map((n) => fsp.stat(`many/${n}`)));
    await fsp.rename('many/1', 'many/one'); await fsp.rm('many', { recursive: true });
    return [stats.reduce((sum, s) => sum + s.size, 0), fs.existsSync('many')];
  },
  async streams() {
    await fsp.writeFile('big', crypto.createHash('sha256').update('seed').digest('hex').repeat(20000));
    const hash = crypto.createHash('md5');
    for await (const part of fs.createReadStream('big').pipe(zlib.createGzip()).pipe(zlib.createGunzip())) hash.update(part);
    return hash.digest('hex');
  },
  async http() {
    const server = await listen(http.createServer((q, r) => r.end(`${q.url} ${'y'.repeat(1000)}`)), 0, '127.0.0.1');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
    const all = await Promise.all([...Array(1000).keys()].map((n) =>
      fetchText({ host: '127.0.0.1', port: server.address().port, path: `/${n}`, agent })));
    agent.destroy(); server.close();
    return all.reduce((sum, text) => sum + text.length, 0);
  },
  async tcpAndPipes() {
    const sums = [];
    for (const where of [[0, '127.0.0.1'], ['./socket']]) {
      const server = await listen(net.createServer((s) => s.pipe(s)), ...where);
      const client = net.connect(typeof where[0] === 'string' ? where[0] : server.address().port);
      client.end(Buffer.alloc(5e6, 'z'));
      let sum = 0; for await (const part of client) sum += part.length;
      server.close(); sums.push(sum);
    }
    return sums;
  },
  async udp() {
    const a = dgram.createSocket('udp4'), b = dgram.createSocket('udp4');
    a.on('message', (m, from) => a.send(m.toString().toUpperCase(), from.port, from.address));
    a.bind(0, '127.0.0.1'); await once(a, 'listening');
    const answers = [];
    for (let n = 0; n < 50; n++) {
      b.send(`m${n}`, a.address().port, '127.0.0.1'); answers.push(String((await once(b, 'message'))[0]));
    }
    a.close(); b.close(); return answers.join('');
  },
  async children() {
    const sh = spawn('sh', ['-c', 'cat; echo e >&2; exit 5']);
    sh.stdin.end('in'); let out = ''; sh.stdout.on('data', (d) => out += d);
    const [code] = await once(sh, 'close');
    const many = await Promise.all([...Array(20).keys()].map((n) => util.promisify(exec)(`echo ${n}`)));
    const killed = spawn('sleep', ['60']); killed.kill();
    const [, signal] = await once(killed, 'exit');
    const child = fork(__filename, ['child']); child.send(21);
    const [answer] = await once(child, 'message'); await once(child, 'exit');
    return [out, code, many.map((m) => m.stdout.trim()).join(), signal, answer];
  },
  async workers() {
    const text = 'const {parentPort:p,workerData:d}=require("worker_threads");p.postMessage(d*d)';
    const all = [1, 2, 3, 4].map((n) => new Worker(text, { eval: true, workerData: n }));
    return (await Promise.all(all.map((w) => once(w, 'message')))).flat();
  },
  async timers() {
    const order = [];
    await new Promise((resolve) => {
      setTimeout(() => order.push('5'), 5); setTimeout(() => { order.push('20'); resolve(); }, 20);
      setTimeout(() => order.push('1'), 1); setImmediate(() => order.push('i')); process.nextTick(() => order.push('t'));
    });
    return order.filter((o) => o !== 'i').join();
  },
  async names() { return [(await dns.lookup('127.0.0.1')).address, (await dns.lookup('localhost', 4)).address]; },
  async watching() {
    await fsp.mkdir('watched'); const watcher = fs.watch('watched');
    fs.writeFileSync('watched/a', 'x'); const [, name] = await once(watcher, 'change'); watcher.close(); return name;
  },
  async crypto() { return (await util.promisify(crypto.pbkdf2)('a', 'b', 20000, 16, 'sha1')).toString('hex'); },
  async signals() { const heard = once(process, "SIGUSR2"); process.kill(process.pid, "SIGUSR2"); await heard; return "SIGUSR2"; },
};

(async () => {
  for (const [name, group] of Object.entries(groups)) console.log(name, JSON.stringify(await group()));
})().catch((error) => { console.error(error); process.exit(1); });
