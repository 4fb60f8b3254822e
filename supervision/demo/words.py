"""示范县用词: what names, streets and people of the made-up county are put together from."""

TYPES = {
    "enterprise": "有限责任公司(自然人投资或控股)",
    "individual": "个体工商户",
    "cooperative": "农民专业合作社",
}
SCOPE_TAIL = "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
CENTRES = {"360681": (117.24, 28.25)}
"""Longitude and latitude of the middle of a county, in degrees."""
HOURS = (
    "周一至周五 08:30-17:30",
    "每天 10:00-21:00",
    "周二至周日 09:00-18:00",
    "每天 07:00-12:00",
    "周一至周六 08:00-12:00；周一至周五 14:00-17:30",
    "每天 13:00-22:00",
)
"""营业时间 as shops write them."""
TOWNS = {
    "360681": (
        "雄石街道",
        "花园街道",
        "东门街道",
        "江北街道",
        "泗沥镇",
        "罗河镇",
        "周坊镇",
        "鸿塘镇",
        "志光镇",
        "流口镇",
        "金屯镇",
        "塘湾镇",
        "文坊镇",
        "冷水镇",
        "天禄镇",
        "滨江镇",
    )
}
OTHER_TOWNS = (
    "城东街道",
    "城西街道",
    "城南街道",
    "城北街道",
    "东山镇",
    "西河镇",
    "南溪镇",
    "北岭镇",
    "青云镇",
    "石桥镇",
)
STREETS = (
    "建设路",
    "人民路",
    "解放路",
    "中山路",
    "胜利路",
    "工业大道",
    "信江大道",
    "沿河路",
    "站前路",
    "学府路",
    "文化路",
    "新村路",
    "振兴街",
    "老街",
    "农贸市场",
    "商贸城",
)
BRAND_FIRST = "金鑫鸿宏恒盛丰瑞祥福永兴华荣泰康佳美嘉新联众诚信德仁和顺达通利明辉光正天安锦益同春"
BRAND_SECOND = "源达盛隆昌茂旺发兴顺泰丰华辉祥瑞和康宁安乐悦佳雅美诚信义德仁邦邻家园景阳晨曦晟凯博远宇"
SURNAME_POOL = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文斌红燕辉鹏飞宇晨婷雪梅"
RECUSAL_REASONS = (
    "近亲属在该单位任职",
    "三年内曾在该单位工作",
    "本人与该单位负责人有其他利害关系",
    "近亲属持有该单位股份",
    "该单位书面申请回避，经机关负责人批准",
)


def towns(county: str) -> tuple[str, ...]:
    """Towns and streets of a county; invented ones where no list is at hand."""
    return TOWNS.get(county, OTHER_TOWNS)
