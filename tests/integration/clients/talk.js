// The conversation in JavaScript, for Node and for Chromium: resolves to what was seen.
globalThis.talk = (WebSocket, url, offers, text, binary) =>
  new Promise((resolve, reject) => {
    const messages = [];
    const socket = new WebSocket(url, offers);
    socket.binaryType = "arraybuffer";
    let accept = null;
    // Of Node's ws alone; the others keep the response to themselves.
    socket.on?.("upgrade", (response) => { accept = response.headers["sec-websocket-accept"]; });
    socket.addEventListener("open", () => socket.send(text));
    socket.addEventListener("message", ({ data }) => {
      messages.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
      if (messages.length === 1) socket.send(new Uint8Array(binary));
      else socket.close(1000);
    });
    socket.addEventListener("error", (event) => reject(new Error(event.message ?? "the WebSocket failed")));
    socket.addEventListener("close", ({ code, wasClean }) =>
      resolve({ subprotocol: socket.protocol, messages, code: wasClean ? code : null, accept }));
  });
