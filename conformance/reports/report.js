// Conveniences only: everything on the page is there without them.
document.documentElement.classList.add("js");

for (const tools of document.querySelectorAll(".tools")) {
  const rows = [...tools.parentElement.querySelectorAll("details.rule")];
  tools.querySelector("input").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase();
    let left = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      left += !row.hidden;
    }
    tools.querySelector("output").textContent = wanted ? `${left} of ${rows.length} rules` : "";
  });
  for (const button of tools.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const row of rows) row.open = button.value === "open";
    });
  }
}

for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.nextElementSibling.textContent);
    button.textContent = "Copied";
  });
}
