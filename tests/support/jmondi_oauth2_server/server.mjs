// Serves @jmondi/oauth2-server with express on loopback for the clients given as JSON on standard input, and prints the
// port.
//
// The library's: the answers of /token, /token/introspect and /token/revoke, and the refusals of /authorize. Its defaults
// stand: both methods of authentication for every client, PKCE demanded of every client, Basic without percent-decoding
// and cut at the second colon, codes and tokens as JWTs.
// Ours: the repositories in memory, after those of its own tests (test/e2e/_helpers/in_memory/repository.ts of v4.3.7),
// with random tokens as in its example. A client whose grant is not allowed is invalid, as there. Nobody is ever logged
// in, so a valid authorization request is sent to /login, as in its documentation (docs/docs/endpoints/authorize.md).
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import {
  AuthorizationServer,
  DateInterval,
  generateRandomToken,
  guardAgainstInvalidClientScopes,
} from '@jmondi/oauth2-server';
import { handleExpressError, handleExpressResponse, requestFromExpress } from '@jmondi/oauth2-server/express';
import express from 'express';

const registered = JSON.parse(await text(process.stdin)).clients;
const scopes = Object.fromEntries(
  ['openid', 'offline_access', 'api.read', 'api.write'].map((name) => [name, { name }]),
);
const clients = Object.fromEntries(
  registered.map((client) => [
    client.client_id,
    {
      id: client.client_id,
      name: client.client_id,
      secret: client.client_secret,
      redirectUris: client.redirect_uris,
      allowedGrants: client.grant_types,
      scopes: client.scope.split(' ').map((name) => scopes[name]),
    },
  ]),
);
const tokens = {};
const codes = {};

const clientRepository = {
  async getByIdentifier(id) {
    return clients[id];
  },
  async isClientValid(grantType, client, secret) {
    return client.secret === secret && client.allowedGrants.includes(grantType);
  },
};

const scopeRepository = {
  async getAllByIdentifiers(names) {
    return Object.values(scopes).filter((scope) => names.includes(scope.name));
  },
  async finalize(asked, _grant, client) {
    guardAgainstInvalidClientScopes(client, asked);
    return asked;
  },
};

const tokenRepository = {
  async issueToken(client, granted, user) {
    const accessTokenExpiresAt = new DateInterval('1h').getEndDate();
    return { accessToken: generateRandomToken(), accessTokenExpiresAt, client, user, scopes: granted };
  },
  async persist(token) {
    tokens[token.accessToken] = token;
  },
  async getByAccessToken(id) {
    return tokens[id];
  },
  async getByRefreshToken(id) {
    const found = Object.values(tokens).find((token) => token.refreshToken === id);
    if (!found) throw new Error('token not found');
    return found;
  },
  async isRefreshTokenRevoked(token) {
    return Date.now() > (token.refreshTokenExpiresAt?.getTime() ?? 0);
  },
  async issueRefreshToken(token) {
    token.refreshToken = generateRandomToken();
    token.refreshTokenExpiresAt = new DateInterval('1h').getEndDate();
    return token;
  },
  async revoke(token) {
    token.accessTokenExpiresAt = new Date(0);
    token.refreshTokenExpiresAt = new Date(0);
  },
};

const authCodeRepository = {
  issueAuthCode(client, user) {
    const expiresAt = new DateInterval('1h').getEndDate();
    return { code: generateRandomToken(), user, client, redirectUri: '', expiresAt, scopes: [] };
  },
  async persist(code) {
    codes[code.code] = code;
  },
  async getByIdentifier(id) {
    return codes[id];
  },
  async isRevoked(id) {
    return Date.now() > codes[id].expiresAt.getTime();
  },
  async revoke(id) {
    codes[id].expiresAt = new Date(0);
  },
};

const userRepository = {
  async getUserByCredentials() {
    return undefined;
  },
};

const server = new AuthorizationServer(clientRepository, tokenRepository, scopeRepository, randomUUID());
server.enableGrantTypes(
  ['client_credentials', new DateInterval('1d')],
  ['refresh_token', new DateInterval('30d')],
  { grant: 'authorization_code', authCodeRepository, userRepository },
);

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));

app.get('/authorize', async (req, res) => {
  try {
    await server.validateAuthorizationRequest(requestFromExpress(req));
    res.redirect('/login');
  } catch (error) {
    handleExpressError(error, res);
  }
});
app.get('/login', (_req, res) => res.send('<form method="post"><button>Log in</button></form>'));

const answers = { '/token': 'respondToAccessTokenRequest', '/token/introspect': 'introspect', '/token/revoke': 'revoke' };
for (const [path, answer] of Object.entries(answers)) {
  app.post(path, async (req, res) => {
    try {
      handleExpressResponse(res, await server[answer](req));
    } catch (error) {
      handleExpressError(error, res);
    }
  });
}

const listening = app.listen(0, '127.0.0.1');
await once(listening, 'listening');
console.log(listening.address().port);
