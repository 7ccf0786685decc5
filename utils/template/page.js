// Nothing here is needed to read the page: it opens what a link points into, and sorts and filters tables.
"use strict";
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  if (target) { target.scrollIntoView(); target.focus({ preventScroll: true }); }
}
addEventListener("hashchange", reveal);
reveal();

for (const table of document.querySelectorAll(".scroll > table")) {
  const body = table.tBodies[0], rows = [...body.rows];
  if (rows.length < 5) continue;
  const value = (row, n) => {
    const text = row.cells[n].textContent.trim(), number = Number(text.replace(/,/g, ""));
    return text && !Number.isNaN(number) ? number : text.toLowerCase();
  };
  [...table.tHead.rows[0].cells].forEach((head, n) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => {
        const x = value(a, n), y = value(b, n);
        const order = typeof x === typeof y ? (x > y) - (x < y) : typeof x === "number" ? -1 : 1;
        return up ? order : -order;
      });
      body.append(...rows);
    });
  });
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Filter rows";
  box.setAttribute("aria-label", "Filter rows");
  box.addEventListener("input", () => {
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(box.value.toLowerCase());
  });
  table.parentElement.before(box);
}
