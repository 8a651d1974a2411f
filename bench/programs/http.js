// An http server: /hello answers at once, /file reads a file of 16 KiB, /pool asks the pool for a key.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const file = path.join(folder, 'file');
fs.writeFileSync(file, Buffer.alloc(16384, 'x'));

const server = http.createServer((request, response) => {
  const end = (error, bytes) => {
    if (error) response.statusCode = 500;
    response.end(bytes);
  };
  if (request.url === '/file') fs.readFile(file, end);
  else if (request.url === '/pool') crypto.pbkdf2('password', 'salt', 20, 32, 'sha256', end);
  else end(null, 'hello\n');
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));

process.on('SIGTERM', () => {
  fs.rmSync(folder, { recursive: true });
  process.exit(0);
});
