// Keeps the page of one order as it is: whenever its flow changes, the table is asked for again.
const main = document.getElementById("flow");
const stream = new EventSource(`flow/stream?order=${main.dataset.order}`);
stream.onmessage = async (event) => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main.replaceChildren(...page.getElementById("flow").childNodes);
  if (!["planning", "running", "held"].includes(JSON.parse(event.data).state)) stream.close();
};
