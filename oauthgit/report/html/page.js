"use strict";
(() => {
  const find = (selector, within = document) => [...within.querySelectorAll(selector)];
  const matrix = document.querySelector(".scroll table");
  const rows = matrix ? [...matrix.tBodies[0].rows] : [];
  const heads = matrix ? [...matrix.tHead.rows[1].cells] : [];
  const groups = matrix ? [...matrix.tHead.rows[0].cells].slice(1) : [];
  const links = rows.map((row) => [...row.cells].slice(1).map((cell) => cell.querySelector("a")));
  const section = (link) => document.getElementById(link.getAttribute("href").slice(1));

  // Deep links: open what is folded around the target, and move the focus into it.
  let from = null;
  const openTarget = () => {
    const shown = document.getElementById(location.hash.slice(1));
    if (!shown) return;
    for (let each = shown; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    if (shown.classList.contains("cell")) {
      addInherited(shown);
      addCopies(shown);
      shown.tabIndex = -1;
      shown.setAttribute("aria-label", shown.querySelector("h4").textContent);
      shown.focus({ preventScroll: true });
    } else {
      shown.scrollIntoView();
    }
  };
  const close = () => {
    const at = [scrollX, scrollY];
    location.hash = "matrix";
    scrollTo(...at);
    if (from) from.focus({ preventScroll: true });
  };

  // The list of a branch below what a target overrides, so that a cell shows all effective settings.
  const addInherited = (cell) => {
    if (cell.querySelector(".rest")) return;
    const known = new Set(find("table th", cell).map((head) => head.textContent));
    const table = document.createElement("table");
    for (let base = cell; (base = document.getElementById(base.dataset.base || "")); ) {
      for (const row of find(":scope > table:not(.rest) tr", base)) {
        if (known.has(row.cells[0].textContent)) continue;
        known.add(row.cells[0].textContent);
        table.append(row.cloneNode(true));
      }
    }
    if (!table.rows.length) return;
    table.className = "rest";
    table.createCaption().textContent = "Inherited";
    const after = cell.querySelector(":scope > .base");
    after.after(table);
  };

  const addCopies = (cell) => {
    for (const value of find("td:nth-child(2) > code", cell)) {
      if (value.textContent.length < 8 || value.nextElementSibling?.className === "copy") continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "copy";
      button.setAttribute("aria-label", "copy " + value.textContent);
      value.after(button);
    }
  };
  const copy = async (button) => {
    const value = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(value.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(value);
      button.textContent = "selected";
    }
    setTimeout(() => (button.textContent = "copy"), 1500);
  };

  addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (event.target.closest(".copy")) copy(event.target.closest(".copy"));
    if (!link) return;
    if (link.className === "close") {
      event.preventDefault();
      close();
    } else if (matrix && matrix.contains(link)) {
      from = link;
      if (link.hash === location.hash) {
        event.preventDefault();
        close();
      }
    } else if (link.hash && link.hash === location.hash) {
      openTarget();
    }
  });

  // Keyboard: arrows move between cells; one cell is in the order of Tab.
  const focusCell = (row, column) => {
    for (const one of find("tbody a[tabindex='0']", matrix)) one.tabIndex = -1;
    links[row][column].tabIndex = 0;
    links[row][column].focus();
    links[row][column].scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const isThere = (row, column) => links[row]?.[column] && links[row][column].offsetParent;
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector(".cell:target")) {
      close();
      return;
    }
    const link = event.target.closest?.(".scroll tbody a");
    if (!link || event.ctrlKey || event.altKey || event.metaKey) return;
    let row = links.findIndex((each) => each.includes(link));
    let column = links[row].indexOf(link);
    if (event.key === "Home" || event.key === "End") {
      const there = links[row].map((_, number) => number).filter((number) => isThere(row, number));
      event.preventDefault();
      focusCell(row, event.key === "Home" ? there[0] : there[there.length - 1]);
    } else if (steps[event.key]) {
      event.preventDefault();
      const [down, right] = steps[event.key];
      do {
        row += down;
        column += right;
      } while (links[row] && column in links[row] && !isThere(row, column));
      if (isThere(row, column)) focusCell(row, column);
    }
  });
  let isFirst = true;
  for (const link of links.flat()) {
    if (!link) continue;
    link.tabIndex = isFirst ? 0 : -1;
    isFirst = false;
  }

  // Filter: cells that do not match are dimmed, rows and columns without a match are left out.
  const form = document.querySelector("form");
  const texts = new Map();
  const textOf = (link) => {
    if (!texts.has(link)) {
      let text = "";
      for (let each = section(link); each; each = document.getElementById(each.dataset.base || "")) {
        text += each.textContent.toLowerCase() + "\n";
      }
      texts.set(link, text);
    }
    return texts.get(link);
  };
  const filter = () => {
    const [text, environment, state] = ["text", "environment", "state"].map((name) => form.elements[name].value.trim());
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const inUse = heads.map(() => false);
    let found = 0;
    let all = 0;
    rows.forEach((row, number) => {
      let isUsed = false;
      links[number].forEach((link, column) => {
        if (!link) return;
        all += 1;
        const matches =
          (!environment || heads[column].dataset.environment === environment) &&
          (!state || link.querySelector(".m." + state) || heads[column].querySelector(".m." + state)) &&
          words.every((word) => textOf(link).includes(word));
        link.parentElement.classList.toggle("dim", !matches);
        if (matches) found += 1;
        isUsed ||= matches;
        inUse[column] ||= matches;
      });
      row.hidden = !isUsed;
    });
    for (const row of rows) inUse.forEach((used, column) => (row.cells[column + 1].hidden = !used));
    inUse.forEach((used, column) => (heads[column].hidden = !used));
    let column = 0;
    for (const group of groups) {
      group.total ??= group.colSpan;
      const shown = inUse.slice(column, column + group.total).filter(Boolean).length;
      column += group.total;
      group.hidden = !shown;
      group.colSpan = shown || 1;
    }
    const isFiltered = words.length || environment || state;
    form.querySelector("output").textContent = isFiltered ? found + " of " + all + " cells" : "";
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  openTarget();
  document.documentElement.dataset.ready = "";
})();
