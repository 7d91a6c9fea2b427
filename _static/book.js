// Tables that sort by a click on a heading and filter by a word; links to code that unfold it.
document.addEventListener("DOMContentLoaded", () => {
  const sort = (table, column, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const order = down ? -1 : 1;
    const body = table.tBodies[0];
    const text = (row) => row.cells[column].textContent.trim();
    const key = (row) => row.cells[column].dataset.sort;
    const compare = (a, b) => {
      if (key(a) === "" || key(b) === "") return (key(a) === "") - (key(b) === "");
      if (key(a) !== undefined && key(b) !== undefined) return order * (key(a) - key(b));
      return order * text(a).localeCompare(text(b), "en", { numeric: true });
    };
    body.append(...[...body.rows].sort(compare));
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  const search = (table) => {
    const rows = [...table.tBodies[0].rows];
    const box = document.createElement("div");
    box.className = "exhibit-search";
    box.innerHTML = '<input type="search" placeholder="Search this table"><output></output>';
    const [input, output] = box.children;
    input.setAttribute("aria-label", "Search this table");
    input.addEventListener("input", () => {
      const word = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(word);
      const left = rows.filter((row) => !row.hidden).length;
      output.textContent = word && `${left} of ${rows.length} rows`;
    });
    (table.closest(".pst-scrollable-table-container") ?? table).before(box);
  };

  for (const table of document.querySelectorAll("table.exhibit:not(.profile)")) {
    if (!table.tHead || !table.tBodies[0]) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, column, head));
      head.append(button);
    });
    if (table.classList.contains("searchable")) search(table);
  }

  const unfold = () => {
    const cell = location.hash.startsWith("#code-") && document.getElementById(location.hash.slice(1));
    if (cell) for (const fold of cell.querySelectorAll("details")) fold.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();
});
