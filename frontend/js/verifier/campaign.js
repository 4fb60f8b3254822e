// 联合抽取: the record of a campaign, whose plans draw with the same tickets.
import { canonical, hasKeys, parse } from "./json.js";
import { equal, isHex } from "./bytes.js";
import { need } from "./refusal.js";

const CODE = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;

export function isCampaign(value) {
  if (!hasKeys(value, ["v", "campaign", "plans"]) || value.v !== "campaign/1") return false;
  const { campaign, plans } = value;
  if (typeof campaign !== "string" || !CODE.test(campaign)) return false;
  if (!Array.isArray(plans) || !plans.length || !plans.every((plan) => isHex(plan, 64))) return false;
  return plans.every((plan, i) => !i || plans[i - 1] < plan);
}

/** The canonical bytes of the record, once it is sure that the plan draws in it. */
export function campaignRecord(bytes, plan) {
  let value = null;
  try {
    value = parse(bytes);
  } catch {
    // one sentence for all of it
  }
  need(isCampaign(value) && equal(canonical(value), bytes), "campaign_malformed");
  need(value.campaign === plan.campaign, "campaign_code", { code: value.campaign });
  need(value.plans.includes(plan.hashHex), "campaign_plan", { code: value.campaign });
  return bytes;
}
