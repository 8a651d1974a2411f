// A web server and its client, files, a child process, a name and a hash on the pool.
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const dns = require('dns').promises;
const fs = require('fs').promises;
const http = require('http');
const os = require('os');
const path = require('path');
const { promisify } = require('util');
const { execFile } = require('child_process');

const fetch = (port) => new Promise((resolve, reject) => {
  http.get({ port, host: '127.0.0.1', path: '/hello' }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve(text));
  }).on('error', reject);
});

async function main() {
  assert.strictEqual(process.versions.uv, process.env.UV_EXPECTED);

  const server = http.createServer((request, answer) => answer.end(`you asked for ${request.url}`));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(port)));
  assert(answers.every((text) => text === 'you asked for /hello'));
  server.close();

  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'trial-'));
  await fs.writeFile(path.join(folder, 'file'), 'a line\n');
  assert.strictEqual(await fs.readFile(path.join(folder, 'file'), 'utf8'), 'a line\n');
  await fs.rm(folder, { recursive: true });

  const { stdout } = await promisify(execFile)('echo', ['from the child']);
  assert.strictEqual(stdout, 'from the child\n');

  const { address } = await dns.lookup('localhost', { family: 4 });
  assert.strictEqual(address, '127.0.0.1');

  const key = await promisify(crypto.pbkdf2)('word', 'salt', 1, 32, 'sha256');
  assert.strictEqual(key.toString('hex').slice(0, 16), '77d6217d268a402f');
}

main().then(() => console.log('all done'), (error) => { console.error(error); process.exitCode = 1; });
