// The page of events: a stream that a query narrows, and how deliveries stand, every few seconds.
"use strict";

const MOST = 200;
const REFRESH = 5000;
const COLUMNS = {
  subscriptions: {
    base_path: "API", state: "State", since: "Since", callback: "Callback", query: "Query",
    behind: "Behind", error: "Last error", id: "Id",
  },
  dead: {
    api: "API", type: "Event", resource: "Resource", attempts: "Attempts", at: "Given up",
    error: "Last error", subscription: "Subscription",
  },
};
const list = document.getElementById("stream");
const line = document.getElementById("line");
let source;
let shown = 0;

function apiOf(path) {
  const base = Object.keys(apis).find((one) => path === one || path.startsWith(`${one}/`));
  return base ? apis[base] : "";
}

function resourceOf(event) {
  const [resource] = Object.values(event.event || {});
  return resource && typeof resource === "object" ? resource : {};
}

function pathOf(href) {
  try {
    return new URL(href, location.href).pathname;
  } catch {
    return "";
  }
}

function entry(time, api, event) {
  const item = element("li");
  const details = item.appendChild(element("details"));
  const summary = details.appendChild(element("summary"));
  const id = resourceOf(event).id || "";
  summary.append(clock(time), " ", element("b", event.eventType || "an event"), " ");
  summary.append(element("span", api, "api"), " ", element("code", id));
  details.appendChild(element("pre", JSON.stringify(event, null, 2)));
  return item;
}

function show(message) {
  const event = JSON.parse(message.data);
  const api = apiOf(pathOf(resourceOf(event).href || ""));
  list.prepend(entry(event.eventTime, api, event));
  while (list.children.length > MOST) list.lastChild.remove();
  shown += 1;
  say(shown === 1 ? "1 event so far." : `${shown} events so far.`);
}

function say(text, isRefusal = false) {
  line.textContent = text;
  line.classList.toggle("refused", isRefusal);
}

// A stream tells no script why it was refused; the same request by other means does.
async function tellWhy(url) {
  const stopping = new AbortController();
  try {
    const answer = await fetch(url, { signal: stopping.signal });
    if (answer.ok) return say("The connection broke off; ask again.", true);
    const error = await answer.json();
    say(`Refused: ${error.message}`, true);
  } catch {
    say("The server does not answer.", true);
  } finally {
    stopping.abort();
  }
}

function connect(query) {
  if (source) source.close();
  list.replaceChildren();
  shown = 0;
  const url = `events/stream${query ? `?${query}` : ""}`;
  const opened = new EventSource(url);
  source = opened;
  opened.onopen = () => { if (!shown) say("Waiting for events."); };
  opened.onerror = () => {
    if (source !== opened) return;
    if (opened.readyState === EventSource.CLOSED) tellWhy(url);
    else say("The connection broke off; trying again.", true);
  };
  opened.onmessage = show;
}

async function refresh() {
  const answer = await fetch("events/state").catch(() => null);
  if (!answer || !answer.ok) return;
  const state = await answer.json();
  apis = state.apis;
  for (const [name, columns] of Object.entries(COLUMNS)) {
    fill(document.getElementById(name), columns, state[name]);
    count(name, state[name], state.totals[name]);
  }
  const received = state.received.map((one) => entry(one.at, apiOf(one.path), one.event));
  document.getElementById("received").replaceChildren(...received);
  count("received", state.received, state.totals.received);
}

document.getElementById("ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  connect(new FormData(submitted.target).get("query").trim());
});
refresh().then(() => connect(""));
setInterval(refresh, REFRESH);
