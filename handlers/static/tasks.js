// The page of tasks: how the server's own work stands, every few seconds.
"use strict";

const REFRESH = 5000;
const COLUMNS = {
  open: {
    api: "API", task: "Task", id: "Id", standing: "Standing", state: "State", since: "Since",
    progress: "Progress", attempts: "Failed", error: "Last error", next: "Next try",
  },
  failed: { api: "API", task: "Task", id: "Id", state: "State", since: "Since", reason: "Reason" },
};

// The path of a collection as its API and the name of the resource.
function named(row) {
  const cut = row.resource.lastIndexOf("/");
  return { ...row, api: row.resource.slice(0, cut), task: row.resource.slice(cut + 1) };
}

async function refresh() {
  const answer = await fetch("tasks/state").catch(() => null);
  if (!answer || !answer.ok) return;
  const state = await answer.json();
  apis = state.apis;
  for (const [name, columns] of Object.entries(COLUMNS)) {
    const rows = state[name].map((row) => named({ ...row, attempts: row.attempts || "" }));
    fill(document.getElementById(name), columns, rows);
    count(name, rows, state.totals[name]);
  }
}

refresh();
setInterval(refresh, REFRESH);
