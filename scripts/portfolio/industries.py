"""What accounts of an industry buy, need, complain of and build, and in which quarters they buy it."""

from dataclasses import dataclass
from typing import Final

from scripts.portfolio.words import Words


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry in words.

    ``season`` is the turnover of each quarter in per cent of an average one; ``share`` how often the industry occurs.
    """

    id: str
    share: int
    season: tuple[int, int, int, int]
    endings: tuple[Words, ...]
    products: tuple[Words, ...]
    deliveries: tuple[Words, ...]
    troubles: tuple[Words, ...]
    needs: tuple[tuple[str, Words], ...]
    plans: tuple[Words, ...]
    measures_availability: bool = True


MANUFACTURING: Final = Industry(
    "manufacturing",
    28,
    (96, 104, 100, 100),
    (
        Words("精密机械", "Precision Works"),
        Words("新材料", "Materials"),
        Words("汽车零部件", "Castings"),
        Words("电子器件", "Components"),
    ),
    (Words("主设备", "Machines"), Words("备件", "Spare parts"), Words("传感器", "Sensors"), Words("培训", "Training")),
    (
        Words("三号线控制柜", "Control cabinet, line 3"),
        Words("视觉检测单元", "Inspection unit"),
        Words("备件年度包", "Yearly spare parts"),
        Words("夹具改造件", "Fixture rebuild kit"),
    ),
    (
        Words("二号线频繁停机", "Line 2 stops again and again"),
        Words("备件到货与图纸不符", "Spare parts do not match the drawing"),
        Words("检测单元误报率高", "Inspection unit rejects good parts"),
    ),
    (
        ("maintenance", Words("夜班设备远程诊断", "Remote diagnosis for the night shift")),
        ("carbon", Words("产线碳足迹核算", "Carbon footprint of the lines")),
        ("quality", Words("批次追溯到原料", "Tracing batches back to the raw material")),
        ("planning", Words("换型时间缩短", "Shorter change-over times")),
    ),
    (
        Words("四号线智能改造", "Smart retrofit of line 4"),
        Words("新厂区设备配套", "Equipment for the new plant"),
        Words("预测性维护", "Predictive maintenance"),
    ),
    measures_availability=False,
)
FINANCE: Final = Industry(
    "finance",
    16,
    (104, 99, 97, 100),
    (
        Words("融资租赁", "Leasing"),
        Words("财产保险", "Mutual Insurance"),
        Words("基金管理", "Asset Management"),
        Words("消费金融", "Credit Union"),
    ),
    (
        Words("核心系统许可", "Core licences"),
        Words("风控模型服务", "Risk models"),
        Words("数据服务", "Data services"),
        Words("合规审计", "Compliance audit"),
    ),
    (
        Words("季度监管报表包", "Quarterly regulatory pack"),
        Words("反欺诈规则升级", "Fraud rules upgrade"),
        Words("灾备切换演练", "Failover drill"),
        Words("报表接口改造", "Reporting interface"),
    ),
    (
        Words("月末批处理超时", "Month-end batch runs too long"),
        Words("对账文件缺少两个机构", "Two branches missing in the reconciliation file"),
        Words("风控接口响应缓慢", "Risk interface answers slowly"),
    ),
    (
        ("compliance", Words("监管口径变更提醒", "Early word of changed reporting rules")),
        ("risk", Words("供应链金融风险画像", "Risk profiles for supply-chain finance")),
        ("audit", Words("操作留痕一键导出", "Audit trail at the push of a button")),
        ("service", Words("理财经理移动工作台", "Mobile desk for advisers")),
    ),
    (
        Words("实时风控平台", "Real-time risk platform"),
        Words("第二数据中心", "Second data centre"),
        Words("监管报送自动化", "Automated regulatory reporting"),
    ),
)
RETAIL: Final = Industry(
    "retail",
    18,
    (104, 92, 90, 114),
    (
        Words("连锁超市", "Grocers"),
        Words("家居生活", "Home Stores"),
        Words("母婴用品", "Nursery Goods"),
        Words("户外用品", "Outfitters"),
    ),
    (
        Words("门店设备", "Shop equipment"),
        Words("收银系统", "Tills"),
        Words("会员营销", "Loyalty services"),
        Words("耗材", "Consumables"),
    ),
    (
        Words("新店收银设备", "Tills for the new shop"),
        Words("电子价签", "Electronic shelf labels"),
        Words("节前备货系统扩容", "More capacity before the season"),
        Words("自助结账台", "Self-checkout desks"),
    ),
    (
        Words("促销日收银卡顿", "Tills freeze on sale days"),
        Words("会员积分重复扣减", "Loyalty points deducted twice"),
        Words("价签与系统价格不一致", "Shelf labels show the wrong price"),
    ),
    (
        ("stocking", Words("节前备货预测", "Forecast for stocking before holidays")),
        ("loyalty", Words("会员沉睡唤醒", "Waking members who no longer come")),
        ("omnichannel", Words("线上订单就近门店发货", "Shipping online orders from the nearest shop")),
        ("energy", Words("门店能耗分析", "Energy use by shop")),
    ),
    (
        Words("五十家门店升级", "Upgrade of fifty shops"),
        Words("会员体系重构", "New loyalty scheme"),
        Words("前置仓试点", "Pilot of a forward warehouse"),
    ),
)
IT_SERVICES: Final = Industry(
    "it_services",
    16,
    (97, 100, 99, 104),
    (
        Words("云计算", "Cloud"),
        Words("软件", "Software"),
        Words("数据智能", "Analytics"),
        Words("网络科技", "Networks"),
    ),
    (
        Words("计算资源", "Compute"),
        Words("存储", "Storage"),
        Words("专家服务", "Expert services"),
        Words("安全服务", "Security"),
    ),
    (
        Words("专线扩容", "Bandwidth upgrade"),
        Words("容灾环境", "Disaster recovery site"),
        Words("集群升级", "Cluster upgrade"),
        Words("安全加固", "Hardening"),
    ),
    (
        Words("周末扩容失败", "Scaling failed at the weekend"),
        Words("接口偶发超时", "Interface times out now and then"),
        Words("账单与用量对不上", "Bill does not match the usage"),
    ),
    (
        ("scaling", Words("按需弹性计费", "Pay for what is used")),
        ("security", Words("零信任接入", "Zero-trust access")),
        ("ai", Words("大模型推理资源池", "Pool of compute for language models")),
        ("cost", Words("闲置资源提醒", "Alerts for idle resources")),
    ),
    (
        Words("混合云迁移", "Move to a hybrid cloud"),
        Words("统一监控平台", "One monitoring platform"),
        Words("智能客服升级", "Upgrade of the service bot"),
    ),
)
LOGISTICS: Final = Industry(
    "logistics",
    14,
    (94, 97, 99, 110),
    (
        Words("供应链", "Supply Chain"),
        Words("冷链物流", "Cold Chain"),
        Words("港口服务", "Harbour Services"),
        Words("快运", "Freight"),
    ),
    (
        Words("调度系统", "Dispatching"),
        Words("车载终端", "On-board units"),
        Words("仓储设备", "Warehouse equipment"),
        Words("维保", "Maintenance"),
    ),
    (
        Words("分拣线扩容", "Sorting line extension"),
        Words("车载终端第三批", "On-board units, third lot"),
        Words("月台预约上线", "Dock booking go-live"),
        Words("温控传感器", "Temperature sensors"),
    ),
    (
        Words("分拣线夜间故障", "Sorting line fails at night"),
        Words("温控数据中断两小时", "Temperature data missing for two hours"),
        Words("车辆定位漂移", "Vehicle positions drift"),
    ),
    (
        ("routing", Words("返程空驶率优化", "Fewer empty return trips")),
        ("cold_chain", Words("全程温控凭证", "Proof of temperature door to door")),
        ("energy", Words("新能源车队补能规划", "Charging plan for electric trucks")),
        ("customs", Words("报关状态可视", "Visible customs status")),
    ),
    (
        Words("区域分拨中心", "Regional hub"),
        Words("无人仓一期", "Automated warehouse, stage one"),
        Words("跨境专线", "Cross-border line"),
    ),
)
PUBLIC: Final = Industry(
    "public",
    8,
    (86, 96, 98, 120),
    (
        Words("市政服务中心", "Municipal Services"),
        Words("公共图书馆", "Public Libraries"),
        Words("水务集团", "Water Board"),
        Words("轨道交通", "Transit Authority"),
    ),
    (
        Words("平台运维", "Platform operation"),
        Words("终端设备", "Terminals"),
        Words("数据治理", "Data governance"),
        Words("安全测评", "Security assessment"),
    ),
    (
        Words("自助服务终端", "Self-service terminals"),
        Words("数据共享接口", "Data exchange interface"),
        Words("年度安全测评", "Yearly security assessment"),
        Words("机房改造", "Server room rebuild"),
    ),
    (
        Words("办事高峰期系统排队", "Queues in the system at peak hours"),
        Words("自助终端离线", "Self-service terminals offline"),
        Words("数据共享延迟一天", "Shared data is a day late"),
    ),
    (
        ("accessibility", Words("适老化界面", "Interface for older citizens")),
        ("compliance", Words("数据分级分类", "Classification of data")),
        ("resilience", Words("汛期应急值守", "Standby in the flood season")),
        ("openness", Words("公共数据开放目录", "Catalogue of open data")),
    ),
    (
        Words("一网通办二期", "One-stop services, stage two"),
        Words("城市运行大屏", "City operations board"),
        Words("档案数字化", "Digitised records"),
    ),
)

INDUSTRIES: Final = (MANUFACTURING, FINANCE, RETAIL, IT_SERVICES, LOGISTICS, PUBLIC)

RIVALS: Final = (
    Words("岭汀系统", "Mossgate Systems"),
    Words("赤砚科技", "Cindervale"),
    Words("翰坞数字", "Palegrave Digital"),
    Words("穆桥服务", "Thornby Services"),
)
