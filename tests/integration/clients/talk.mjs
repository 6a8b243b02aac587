// node talk.mjs ws|built-in DIRECTORY-WITH-node_modules ARGUMENTS-OF-talk-IN-JSON
import { createRequire } from "node:module";
import "./talk.js";

const [kind, directory, parameters] = process.argv.slice(2);
const Client = kind === "ws" ? createRequire(`${directory}/`)("ws") : globalThis.WebSocket;
console.log(JSON.stringify(await talk(Client, ...JSON.parse(parameters))));
