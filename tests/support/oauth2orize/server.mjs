// Serves oauth2orize with express on loopback for the clients given as JSON on standard input, and prints the port.
//
// The library's, and passport's: both methods of authentication for every client, the 401 in plain text, Basic without
// percent-decoding and cut at the second colon, the errors of /oauth/token, and those of /dialog/authorize to a user who
// is logged in. Grants, scopes and PKCE are never checked. Introspection, revocation and metadata do not exist.
// Ours: the callbacks and the order of the middleware, as in its README: connect-ensure-login sends every authorization
// request to /login before oauth2orize has looked at it. Stores are in memory. Whoever posts to /login is logged in.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { ensureLoggedIn } from 'connect-ensure-login';
import express from 'express';
import session from 'express-session';
import oauth2orize from 'oauth2orize';
import passport from 'passport';
import { BasicStrategy } from 'passport-http';
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password';

const { clients } = JSON.parse(await text(process.stdin));
const registered = new Map(clients.map((client) => [client.client_id, client]));
const codes = new Map();
const refreshTokens = new Map();

function verifyClient(id, secret, done) {
  const client = registered.get(id);
  return done(null, client?.client_secret === secret ? client : false);
}
passport.use(new BasicStrategy(verifyClient));
passport.use(new ClientPasswordStrategy(verifyClient));

passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, { id }));

function issueTokens(client, done) {
  const refreshToken = randomUUID();
  refreshTokens.set(refreshToken, client);
  return done(null, randomUUID(), refreshToken);
}

const server = oauth2orize.createServer();
server.serializeClient((client, done) => done(null, client.client_id));
server.deserializeClient((id, done) => done(null, registered.get(id)));
server.grant(
  oauth2orize.grant.code((client, redirectUri, _user, _ares, done) => {
    const code = randomUUID();
    codes.set(code, { client, redirectUri });
    return done(null, code);
  }),
);
server.exchange(
  oauth2orize.exchange.code((client, code, redirectUri, done) => {
    const found = codes.get(code);
    if (found?.client !== client || found.redirectUri !== redirectUri) return done(null, false);
    return issueTokens(client, done);
  }),
);
server.exchange(oauth2orize.exchange.clientCredentials((_client, _scope, done) => done(null, randomUUID())));
server.exchange(
  oauth2orize.exchange.refreshToken((client, refreshToken, _scope, done) => {
    if (refreshTokens.get(refreshToken) !== client) return done(null, false);
    return issueTokens(client, done);
  }),
);

const app = express();
app.use(express.json());
app.use(express.urlencoded({ extended: false }));
app.use(session({ secret: randomUUID(), resave: false, saveUninitialized: false }));
app.use(passport.initialize());
app.use(passport.session());

app.get(
  '/dialog/authorize',
  ensureLoggedIn(),
  server.authorize((id, redirectUri, done) => {
    const client = registered.get(id);
    if (!client?.redirect_uris.includes(redirectUri)) return done(null, false);
    return done(null, client, redirectUri);
  }),
  (req, res) => {
    const transaction = `<input type="hidden" name="transaction_id" value="${req.oauth2.transactionID}">`;
    res.send(`<form method="post" action="/dialog/authorize/decision">${transaction}<button>Allow</button></form>`);
  },
);
app.post('/dialog/authorize/decision', ensureLoggedIn(), server.decision());
app.get('/login', (_req, res) => res.send('<form method="post"><button>Log in</button></form>'));
app.post('/login', (req, res, next) => {
  const done = (error) => (error ? next(error) : res.redirect(req.session.returnTo ?? '/'));
  req.login({ id: 'somebody' }, { keepSessionInfo: true }, done);
});
app.post(
  '/oauth/token',
  passport.authenticate(['basic', 'oauth2-client-password'], { session: false }),
  server.token(),
  server.errorHandler(),
);

const listening = app.listen(0, '127.0.0.1');
await once(listening, 'listening');
console.log(listening.address().port);
