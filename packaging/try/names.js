// A name server that has one answer, 192.0.2.7, by UDP and by TCP at the same port. It prints the port, and ends
// when its standard input does.
'use strict';
const dgram = require('dgram');
const net = require('net');

function answer(question) {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8580, 2); // an answer, with authority
  header.writeUInt16BE(1, 6); // one record
  header.writeUInt32BE(0, 8);
  let end = 12;
  while (question[end] !== 0) end += question[end] + 1;
  const asked = question.subarray(12, end + 5);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
  return Buffer.concat([header, asked, record]);
}

const stream = net.createServer((peer) => {
  let received = Buffer.alloc(0);
  peer.on('error', () => {}).on('data', (data) => {
    received = Buffer.concat([received, data]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    const reply = answer(received.subarray(2));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(reply.length);
    peer.end(Buffer.concat([length, reply]));
  });
});

stream.listen(0, '127.0.0.1', () => {
  const { port } = stream.address();
  const datagrams = dgram.createSocket('udp4');
  datagrams.on('message', (question, peer) => datagrams.send(answer(question), peer.port, peer.address));
  datagrams.bind(port, '127.0.0.1', () => console.log(port));
  process.stdin.on('end', () => { datagrams.close(); stream.close(); }).resume();
});
