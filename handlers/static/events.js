// The page of events: a stream that a query narrows, and how deliveries stand, every few seconds.
"use strict";

const MOST = 200;
const REFRESH = 5000;
const COLUMNS = {
  subscriptions: ["id", "base_path", "state", "since", "behind", "callback", "query", "error"],
  dead: ["subscription", "type", "resource", "attempts", "at", "error"],
};
const list = document.getElementById("stream");
const line = document.getElementById("line");
let source;

function entry(time, title, value) {
  const item = document.createElement("li");
  const details = item.appendChild(document.createElement("details"));
  const summary = details.appendChild(document.createElement("summary"));
  summary.appendChild(document.createElement("time")).textContent = time;
  summary.append(` ${title}`);
  details.appendChild(document.createElement("pre")).textContent = JSON.stringify(value, null, 2);
  return item;
}

function titled(event) {
  const [name, resource] = Object.entries(event.event || {})[0] || ["", {}];
  return `${event.eventType} · ${name} ${(resource && resource.id) || ""}`;
}

function show(message) {
  const event = JSON.parse(message.data);
  list.prepend(entry(event.eventTime, titled(event), event));
  while (list.children.length > MOST) list.lastChild.remove();
}

function connect(query) {
  if (source) source.close();
  list.replaceChildren();
  source = new EventSource(`events/stream${query ? `?${query}` : ""}`);
  source.onopen = () => { line.textContent = "waiting for events"; };
  source.onerror = () => {
    line.textContent = source.readyState === EventSource.CLOSED ? "the query is refused" : "connecting";
  };
  source.onmessage = show;
}

function fill(table, columns, rows) {
  table.replaceChildren();
  const head = table.createTHead().insertRow();
  for (const name of columns) {
    head.appendChild(document.createElement("th")).textContent = name.replace("_", " ");
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const name of columns) line.insertCell().textContent = row[name];
  }
}

async function refresh() {
  const answer = await fetch("events/state");
  if (!answer.ok) return;
  const state = await answer.json();
  for (const [name, columns] of Object.entries(COLUMNS)) {
    fill(document.getElementById(name), columns, state[name]);
  }
  const received = state.received.map((one) => entry(one.at, `${one.path} · ${titled(one.event)}`, one.event));
  document.getElementById("received").replaceChildren(...received);
}

document.getElementById("ask").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  connect(new FormData(submitted.target).get("query").trim());
});
connect("");
refresh();
setInterval(refresh, REFRESH);
