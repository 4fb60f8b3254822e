// 概率上限: a slider over the stops that the radio buttons list; without scripts the buttons do the same.
function offer(part) {
  const radios = [...part.querySelectorAll("input[type=radio]")];
  const slider = part.querySelector("[data-cap-slider]");
  const told = part.querySelector("[data-cap-told]");
  const words = (radio) => part.querySelector(`label[for="${radio.id}"]`).textContent.trim().replace(/\s+/g, " ");
  const show = (place) => {
    slider.value = place;
    told.textContent = words(radios[place]);
    slider.setAttribute("aria-valuetext", told.textContent);
  };
  slider.max = radios.length - 1;
  show(Math.max(0, radios.findIndex((radio) => radio.checked)));
  slider.addEventListener("input", () => {
    radios[slider.valueAsNumber].checked = true;
    show(slider.valueAsNumber);
  });
  for (const [place, radio] of radios.entries()) radio.addEventListener("change", () => show(place));
  slider.closest("[hidden]").hidden = false;
}

for (const part of document.querySelectorAll("[data-caps]")) offer(part);
