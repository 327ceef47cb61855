// Serves better-auth with its OAuth provider on loopback, with everything in memory; standard input says of which kind and
// for which clients, in JSON. Prints the port it took.
//
// The library's: every answer. Its defaults stand: the method of authentication that a client was registered with, PKCE
// demanded of every client but N, which was registered without, and its limits of requests in a minute (20 to the token
// endpoint). It applies these limits in production only; that is the kind "limited".
// Ours: the scopes, and an administrator who registers the clients, with ids and secrets that are given, as its options
// allow. Nobody is ever logged in, and the pages for logging in and consenting do not exist.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const { kind, clients } = JSON.parse(await text(process.stdin));
const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

let registering;
const provider = oauthProvider({
  loginPage: '/sign-in',
  consentPage: '/consent',
  scopes: ['openid', 'profile', 'email', 'offline_access', 'api.read', 'api.write'],
  generateClientId: () => registering.client_id,
  generateClientSecret: () => registering.client_secret,
  clientPrivileges: () => true,
});
const plugins = [jwt(), provider];
const models = ['user', 'session', 'account', 'verification', ...plugins.flatMap(({ schema }) => Object.keys(schema))];
const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'only for tests, on loopback, and long enough',
  database: memoryAdapter(Object.fromEntries(models.map((model) => [model, []]))),
  disabledPaths: ['/token'],
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: kind === 'limited' },
  plugins,
});

const administrator = { name: 'Administrator', email: 'administrator@example.com', password: 'only for tests' };
const { headers } = await auth.api.signUpEmail({ body: administrator, returnHeaders: true });
const cookie = headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
for (const client of clients) {
  registering = client;
  const isService = client.grant_types.includes('client_credentials');
  await auth.api.adminCreateOAuthClient({
    headers: new Headers({ cookie }),
    body: {
      grant_types: client.grant_types,
      scope: client.scope,
      token_endpoint_auth_method: client.token_endpoint_auth_method,
      ...(isService
        ? { client_credentials_scopes: client.scope.split(' ') }
        : {
            redirect_uris: client.redirect_uris,
            application_type: client.application_type,
            require_pkce: client.client_id !== 'N',
          }),
    },
  });
}

server.on('request', toNodeHandler(auth));
console.log(port);
