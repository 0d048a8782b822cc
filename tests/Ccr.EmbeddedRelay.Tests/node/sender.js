// The unmodified hyco-https as a sender: node sender.js HOST:PORT NAME KEYNAME KEY. It prints "ok CHECK" or "not ok CHECK: why" for each check.
'use strict';

const https = require('hyco-https');

const [host, name, keyName, key] = process.argv.slice(2);
const good = https.createRelayToken(`https://${host}/${name}`, keyName, key);

function send({ method = 'GET', path = '', body, token = good, headers = {}, agent, inQuery = false, chunked = false }) {
  return new Promise((resolve, reject) => {
    const address = new URL(inQuery ? https.createRelayHttpsUri(host, name, token) : `https://${host}/${name}${path}`);
    const length = body && !chunked ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const tokens = inQuery || !token ? {} : { ServiceBusAuthorization: token };
    const request = https.request(address, { method, agent, headers: { ...length, ...tokens, ...headers } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({
        status: response.statusCode, via: response.headers.via, method: response.headers['x-method'], target: response.headers['x-target'],
        body: Buffer.concat(parts).toString(),
      }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function expect(actual, expected) {
  for (const [field, value] of Object.entries(expected)) {
    if (actual[field] !== value) throw new Error(`${field} is ${JSON.stringify(actual[field])?.slice(0, 100)}, not ${JSON.stringify(value)?.slice(0, 100)}`);
  }
}

const via = `1.1 ${host}`;
const large = 'x'.repeat(100000);
const checks = {
  'get an answer': async () => expect(await send({}), { status: 200, via, method: 'GET', target: `/${name}` }),
  'send SMS_POST': async () => expect(
    await send({ method: 'SMS_POST', path: '/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True' }),
    { status: 200, via, method: 'SMS_POST', target: `/${name}/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True` }),
  'send a small body': async () => expect(await send({ method: 'POST', body: 'small' }), { status: 200, via, body: 'small' }),
  'send a large body': async () => expect(await send({ method: 'POST', body: large }), { status: 200, via, body: large }),
  'send in chunks': async () => expect(await send({ method: 'POST', body: 'chunk', chunked: true }), { status: 200, via, body: 'chunk' }),
  'send a token in the query': async () => expect(await send({ inQuery: true }), { status: 200, via, target: `/${name}` }),
  'send without a token': async () => expect(await send({ token: null }), { status: 401, via: undefined }),
  'send with a wrong token': async () => expect(
    await send({ token: https.createRelayToken(`https://${host}/${name}`, keyName, 'another key') }), { status: 401, via: undefined }),
  'send with a token for something else': async () => expect(
    await send({ token: https.createRelayToken(`https://${host}/other`, keyName, key) }), { status: 403, via: undefined }),
  'send many over one connection': async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (const body of [large, 'a', 'b', large, 'c', 'd']) expect(await send({ method: 'POST', body, agent }), { status: 200, via, body });
    agent.destroy();
  },
};

(async () => {
  for (const [check, run] of Object.entries(checks)) {
    try {
      await run();
      console.log(`ok ${check}`);
    } catch (fault) {
      console.log(`not ok ${check}: ${fault.message}`);
    }
  }
})();
