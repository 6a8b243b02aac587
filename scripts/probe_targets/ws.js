// Node's ws: node ws.js PORT. Without the handlers of errors the first bad frame ends the process.
const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]), path: '/ws' });
server.on('connection', (socket) => socket.on('error', () => {}));
