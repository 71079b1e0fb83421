// Tables of how things stand, and the small parts that pages of the operator are made of.
"use strict";

// The name of each API by its base path: TMF622 v5.
let apis = {};

function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// A time of today by the clock, any other with its day.
function clock(time) {
  const at = new Date(time);
  const isToday = at.toDateString() === new Date().toDateString();
  const text = isToday ? at.toLocaleTimeString() : at.toLocaleString();
  const made = element("time", isNaN(at) ? time : text);
  made.dateTime = made.title = time;
  return made;
}

function cell(name, value) {
  const made = element("td");
  if (name === "base_path" || name === "api") made.append(element("span", apis[value] || value, "api"));
  else if (["state", "standing"].includes(name)) made.append(element("span", value, `is ${value}`));
  else if (["since", "at", "next"].includes(name)) made.append(value ? clock(value) : "");
  else if (["callback", "query", "id", "resource", "subscription"].includes(name)) made.append(element("code", value));
  else made.textContent = value;
  return made;
}

function fill(table, columns, rows) {
  const head = element("thead").appendChild(element("tr"));
  for (const title of Object.values(columns)) head.appendChild(element("th", title)).scope = "col";
  const body = element("tbody");
  for (const row of rows) {
    const line = body.appendChild(element("tr"));
    for (const [name, title] of Object.entries(columns)) {
      const made = line.appendChild(cell(name, row[name]));
      made.dataset.title = title;
      made.classList.toggle("empty", made.textContent === "");
    }
  }
  table.replaceChildren(head.parentNode, body);
}

function count(name, rows, total) {
  const text = rows.length < total ? `${rows.length} of ${total}` : total || "";
  document.querySelector(`#${name}-title span`).textContent = text;
  const shownAt = document.getElementById(name);
  shownAt.hidden = !rows.length;
  shownAt.nextElementSibling.hidden = rows.length > 0;
}
