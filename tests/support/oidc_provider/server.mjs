// Serves oidc-provider on loopback; standard input says of which kind and for which clients, in JSON: opaque tokens, JWTs,
// pushed authorization requests demanded, or pages for people, who log in by any name. PKCE is demanded of clients whose id
// begins with C, and refresh tokens are rotated for those with R. /issued lists the answers with tokens. Prints its port.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const { kind, clients } = JSON.parse(await text(process.stdin));
const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

const api = {
  scope: 'api.read api.write',
  audience: 'https://api.example.com',
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'RS256' } },
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  scopes: ['openid', 'offline_access', 'api.read', 'api.write'],
  rotateRefreshToken: (ctx) => ctx.oidc.client.clientId.startsWith('R'),
  pkce: { required: (_, client) => client.clientId.startsWith('C') },
  features: {
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: kind === 'people' },
    pushedAuthorizationRequests: { enabled: kind === 'par', requirePushedAuthorizationRequests: kind === 'par' },
    resourceIndicators: {
      enabled: kind === 'jwt',
      defaultResource: () => api.audience,
      getResourceServerInfo: () => api,
      useGrantedResource: () => true,
    },
  },
});
const issued = [];
provider.on('grant.success', (ctx) => issued.push(ctx.body));
const answer = provider.callback();
server.on('request', (request, response) =>
  request.url === '/issued' ? response.end(JSON.stringify(issued)) : answer(request, response));
console.log(port);
