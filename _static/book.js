// Light or dark, at once, before anything is drawn. The page works without this script, but for its comforts.
const page = document.documentElement;
page.dataset.script = "";
const remembered = () => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // a reader who lets no page remember anything
  }
};
if (remembered()) page.dataset.theme = remembered();

// Tables that sort by a click on a heading and filter by a word; links to code that unfold it.
document.addEventListener("DOMContentLoaded", () => {
  const doings = {
    print: () => print(),
    theme: () => {
      const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      page.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.setItem("theme", page.dataset.theme);
      } catch {
        // this page changes, the next one will not know
      }
    },
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", doings[button.dataset.do]);
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    const field = document.querySelector("main input[name=q]") ?? document.querySelector(".top input[name=q]");
    event.preventDefault();
    if (field.offsetParent) field.focus();
    else location.assign(field.form.action);
  });

  for (const code of document.querySelectorAll("details.code .cell_input")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(code.querySelector("pre").textContent).then(() => (button.textContent = "Copied")),
    );
    code.append(button);
  }

  // What scrolls can be reached with the keyboard, and says what it is.
  const reachable = () => {
    for (const box of document.querySelectorAll(".pst-scrollable-table-container, pre, div.math")) {
      if (box.scrollWidth <= box.clientWidth) continue;
      box.tabIndex = 0;
      const caption = box.querySelector("caption .caption-number");
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", caption ? caption.textContent.trim() : box.tagName === "PRE" ? "Code" : "Scrolls sideways");
    }
  };
  reachable();
  addEventListener("resize", reachable);

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
