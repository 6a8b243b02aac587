// The page's three tools. Whatever comes from the server or from a stranger goes in as text, never as markup.

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const $ = (id) => document.getElementById(id);

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

async function ask(path, options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

function definitions(pairs) {
  const list = element("dl", "facts");
  for (const [name, value, className] of pairs) list.append(element("dt", "", name), element("dd", className, value));
  return list;
}

function violations(found, heading) {
  if (!found.length) return [];
  const items = found.map((violation) =>
    element("li", "", element("code", "id", violation.id), ` ${violation.statement} `,
      element("span", "section", violation.section), element("span", "detail", violation.detail)));
  return [element("h4", "", heading), element("ul", "violations", ...items)];
}

// ---- the last handshakes

async function showRecent() {
  const rows = (await ask("handshakes")).map((seen) => {
    const time = new Date(seen.at * 1000).toLocaleTimeString([], { hour12: false });
    const broken = seen.violations.map((violation) => element("code", "id", violation.id));
    return element("tr", "", element("td", "mono", time), element("td", "", element("span", `pill ${seen.outcome}`, seen.outcome)),
      element("td", "mono", seen.status ?? "–"), element("td", "mono", seen.path), element("td", "", ...broken));
  });
  if (rows.length) $("handshakes").replaceChildren(...rows);
}

// ---- the chat

const VERIFICATION = {
  match: "The answer was seen on the wire, and it is right.",
  mismatch: "The answer was seen on the wire, and it is wrong.",
  unobserved: "The server writes it, past the guard. Your browser has checked it, or this would not be open.",
  "not-applicable": "HTTP/2 and HTTP/3 have no accept value.",
};

let socket = null;

function say(className, ...children) {
  $("log").append(element("li", className, ...children));
  $("log").scrollTop = $("log").scrollHeight;
}

function setState(text, open) {
  $("state").textContent = text;
  $("state").classList.toggle("open", open);
  $("connect").textContent = socket ? "Close" : "Open";
  $("connect").classList.toggle("primary", !socket);
  for (const id of ["text", "send"]) $(id).disabled = !open;
}

function showHandshake(seen) {
  if (!seen) {
    $("handshake").replaceChildren(element("p", "empty", "It opened, and nobody watched: the guard did not see this handshake."));
    return;
  }
  $("handshake").replaceChildren(
    definitions([
      ["Outcome", element("span", `pill ${seen.outcome}`, seen.outcome)],
      ["Key", seen.key ?? "none", "mono key"],
      ["Expected accept", seen.expected_accept ?? "none", "mono accept"],
      ["Emitted accept", seen.emitted_accept ?? "not observed", seen.emitted_accept ? "mono accept" : ""],
      ["Verification", element("span", "", element("strong", "", seen.verification), element("small", "", VERIFICATION[seen.verification]))],
      ["Decided in", `${seen.duration_ms} ms`],
    ]),
    ...violations(seen.violations, "Flagged"),
    ...(seen.violations.length ? [] : [element("p", "fine", "No requirement was broken.")]),
  );
}

const HEARD = {
  handshake: (message) => { showHandshake(message.handshake); showRecent(); },
  people: (message) => setState(`open, ${message.count} ${message.count === 1 ? "person" : "people"} in the room`, true),
  message: (message) => say("", element("b", "", message.name), " ", message.text),
};

function open() {
  const address = new URL("chat", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  let opened = false;
  socket = new WebSocket(address);
  setState("shaking hands", false);
  socket.onopen = () => { opened = true; setState("open", true); say("note", "The WebSocket is open."); $("text").focus(); };
  socket.onmessage = (event) => { const message = JSON.parse(event.data); HEARD[message.kind]?.(message); };
  socket.onclose = (event) => {
    socket = null;
    setState("not connected", false);
    say("note", opened ? `Closed with code ${event.code}.`
      : `No WebSocket: the browser tells only code ${event.code}. The reason is among the last handshakes.`);
    showRecent();
  };
}

$("connect").onclick = () => (socket ? socket.close(1000) : open());
$("say").onsubmit = (event) => {
  event.preventDefault();
  if (!socket || !$("text").value.trim()) return;
  socket.send(JSON.stringify({ name: $("name").value, text: $("text").value }));
  $("text").value = "";
};

// ---- malformed handshakes

const ANSWERED_BY = {
  guard: "The guard refused it; the application saw nothing.",
  application: "It reached the application.",
  server: "The server refused it by itself, before there was anything to guard.",
  nobody: "No answer that is HTTP came back.",
};

let guarded = true;

function verdict(fired) {
  const status = fired.answer?.status;
  if (status === 101) return fired.handshake?.violations.length ? "Let in and flagged: the policy of this path tolerates it, or only notes it."
    : guarded ? "Let in." : "Let in; there is no guard.";
  return ANSWERED_BY[fired.answered_by];
}

function answerParts(fired) {
  if (!fired.answer) return [element("p", "empty", "Nothing came back within three seconds.")];
  const [start, ...fields] = fired.answer.head;
  const parts = [element("pre", "lines", element("b", "", start), ...fields.map((line) => element("span", "", line)))];
  const { problem, body } = fired.answer;
  if (problem || body) parts.push(element("h4", "", "Its body"), element("pre", "lines", problem ? JSON.stringify(problem, null, 2) : body));
  if (fired.answer.status === 101 && !fired.verified.length) parts.push(element("p", "fine", "The accept value is the right one for this key."));
  if (fired.answer.status !== 101) parts.push(element("p", "fine", `Afterwards the connection was ${fired.connection}.`));
  return [...parts, ...violations(fired.verified, "Wrong with the 101")];
}

function showFired(testCase, fired) {
  const kind = fired.answer?.status === 101 ? (fired.handshake?.violations.length ? "flagged" : "accepted") : fired.answered_by;
  const sent = fired.request.map((line) => element(line.mark === "removed" ? "del" : line.mark ? "ins" : "span", "", line.text));
  $("result").replaceChildren(
    element("div", "card-head", element("h3", "", testCase.label), element("span", `status ${kind}`, fired.answer?.status ?? "no answer")),
    element("p", "why", testCase.why),
    element("p", `verdict ${kind}`, verdict(fired)),
    element("div", "exchange",
      element("div", "", element("h4", "", "Sent"), element("pre", "lines", ...sent),
        ...violations(fired.handshake?.violations ?? [], "What the guard noted")),
      element("div", "", element("h4", "", "Received"), ...answerParts(fired))),
  );
  $("announced").textContent = `${testCase.label}: ${fired.answer?.status ?? "no answer"}. ${verdict(fired)}`;
  if (matchMedia("(max-width: 860px)").matches) $("result").parentElement.scrollIntoView();
}

async function fire(testCase, button) {
  button.setAttribute("aria-busy", "true");
  try {
    showFired(testCase, await ask(`fire/${testCase.id}`, { method: "POST" }));
  } catch (error) {
    $("result").replaceChildren(element("p", "verdict nobody", error.message));
  }
  button.removeAttribute("aria-busy");
  for (const other of $("cases").querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  showRecent();
}

async function showCases() {
  const listed = await ask("cases");
  guarded = listed.guarded;
  $("unguarded").hidden = guarded;
  const groups = new Map();
  for (const testCase of listed.cases) {
    if (!groups.has(testCase.group)) {
      groups.set(testCase.group, element("div", "buttons"));
      $("cases").append(element("h3", "", testCase.group), groups.get(testCase.group));
    }
    const button = element("button", "", testCase.label);
    button.type = "button";
    button.dataset.case = testCase.id;
    button.onclick = () => fire(testCase, button);
    groups.get(testCase.group).append(button);
  }
}

// ---- the playground

const VERDICT = {
  good: "A good key: the guard lets it pass.",
  flagged: "The guard lets it pass, and flags it.",
  refused: "The guard refuses it; what follows is what a careless server would answer.",
};

async function browserSteps(key) {
  if (!globalThis.crypto?.subtle) return null;
  const concatenated = key + GUID;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(concatenated)));
  const sha1 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { concatenated, sha1, accept: btoa(String.fromCharCode(...digest)) };
}

function compared(name, server, browser) {
  const equal = browser && browser[name] === server[name];
  const text = !browser ? "server only: crypto.subtle needs https or localhost"
    : equal ? "✓ server and browser agree" : `✗ the browser has ${browser[name]}`;
  return element("span", `agree ${browser ? (equal ? "yes" : "no") : ""}`, text);
}

function spaced(hex) {
  return hex.match(/../g)?.join(" ") ?? "";
}

function showSteps(server, browser) {
  const bytes = server.decoded === null ? "not base64" : `${server.decoded.length / 2} bytes: ${spaced(server.decoded)}`;
  $("step-decoded").replaceChildren(element("code", server.verdict === "refused" ? "bad" : "", bytes));
  $("step-concatenated").replaceChildren(
    element("code", "", element("mark", "key", server.key), server.concatenated.slice(server.key.length)), compared("concatenated", server, browser));
  $("step-sha1").replaceChildren(element("code", "", spaced(server.sha1)), compared("sha1", server, browser));
  $("step-accept").replaceChildren(element("code", "", element("mark", "accept", server.accept)), compared("accept", server, browser));
  $("diagnosis").className = `diagnosis ${server.verdict}`;
  $("diagnosis").replaceChildren(
    ...server.violations.map((violation) => element("span", "", element("code", "id", violation.id), ` ${violation.detail}`)),
    element("span", "", server.hint ? `${server.hint} ` : "", VERDICT[server.verdict]));
}

let asked = 0;

async function showKey(key) {
  const turn = ++asked;
  const body = JSON.stringify({ key });
  try {
    const server = await ask("steps", { method: "POST", body, headers: { "content-type": "application/json" } });
    const browser = await browserSteps(server.key);
    if (turn !== asked) return; // a later keystroke has overtaken this one
    if (key === null) $("key").value = server.key;
    showSteps(server, browser);
  } catch (error) {
    $("diagnosis").className = "diagnosis refused";
    $("diagnosis").textContent = error.message;
  }
}

$("key").oninput = () => showKey($("key").value);
$("generate").onclick = () => showKey(null);
$("key-form").onsubmit = (event) => event.preventDefault();

showCases();
showRecent();
showKey(null);
