// node fs.js readFile|stat|readdir IN_FLIGHT MS: file operations, so many at a time, for a while.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');

const [kind, inFlight, ms] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const file = path.join(folder, 'file-0');
for (let i = 0; i < 50; i++) fs.writeFileSync(path.join(folder, `file-${i}`), Buffer.alloc(4096, 'x'));
const operations = {
  readFile: (done) => fs.readFile(file, done),
  stat: (done) => fs.stat(file, done),
  readdir: (done) => fs.readdir(folder, done),
};
const operation = operations[kind];
const latencies = [];
let begin, end, cpu;

function measure() {
  begin = process.hrtime.bigint();
  end = begin + BigInt(ms) * 1000000n;
  cpu = process.cpuUsage();
  latencies.length = 0;
}

let left = inFlight;
function next() {
  const asked = process.hrtime.bigint();
  operation((error) => {
    if (error) throw error;
    const now = process.hrtime.bigint();
    latencies.push(Number(now - asked));
    if (now < end) return next();
    if (--left === 0) report(now);
  });
}

function report(now) {
  const used = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  console.log(`operations=${latencies.length} wall_ns=${now - begin} cpu_ns=${(used.user + used.system) * 1000} ` +
    `p50_ns=${at(0.5)} p90_ns=${at(0.9)} p99_ns=${at(0.99)}`);
  fs.rmSync(folder, { recursive: true });
}

// The compiler has seen the code, and the threads are there, before the clock runs.
end = process.hrtime.bigint() + 300000000n;
setTimeout(measure, 200);
for (let i = 0; i < inFlight; i++) next();
