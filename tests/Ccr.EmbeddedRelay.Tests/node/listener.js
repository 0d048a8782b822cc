// The unmodified hyco-https as a listener: node listener.js ws://HOST/$hc/NAME KEYNAME KEY. It prints "listening" each time that it is.
'use strict';

const https = require('hyco-https');
const moment = require('moment');

const [address, keyName, key] = process.argv.slice(2);
const server = https.createRelayedServer(
  {
    server: `${address}?sb-hc-action=listen`,
    token: () => https.createRelayToken(address, keyName, key),

    // It keeps itself alive with pongs that nobody asked for.
    keepAliveTimeout: moment.duration(20, 'milliseconds'),
  },
  (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(Buffer.from(part)));
    request.on('end', () => answer(request, response, Buffer.concat(parts)));
  });
server.on('listening', () => console.log('listening'));
server.on('error', (fault) => console.log(`error ${fault.message}`));
server.listen();

// It ends with whoever started it.
process.stdin.resume().on('end', () => process.exit(0));

function answer(request, response, body) {
  response.setHeader('X-Method', request.method);
  response.setHeader('X-Target', request.url);
  switch (request.url.split('?')[0]) {
    case '/hq/echo':
      // Told to end with an empty buffer, it announces a body and sends none.
      return body.length > 0 ? response.end(body) : response.end();
    case '/hq/large':
      return response.end(Buffer.alloc(150000, 'x'));
    case '/hq/parts':
      response.write('one ');
      response.write('two ');
      return response.end('three');
    case '/hq/refused':
      response.statusCode = 404;
      return response.end('not here');
    case '/hq/empty':
      return response.end();
    default:
      // No answer at all.
      return undefined;
  }
}
