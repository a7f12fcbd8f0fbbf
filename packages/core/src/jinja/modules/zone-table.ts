/**
 * The zones of the tz database (public domain) with what their times are called: lines of `name,minutes[,summer minutes]`,
 * the latest first, then the zones; a star marks names that are kept for old programs.
 */
export const zoneTable: readonly string[] = `
GMT,0|Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome Africa/Nouakchott Africa/Ouagadougou *Africa/Timbuktu Atlantic/Reykjavik Atlantic/St_Helena *Etc/GMT *Etc/GMT+0 *Etc/GMT-0 *Etc/GMT0 *Etc/Greenwich GMT *GMT+0 *GMT-0 *GMT0 *Greenwich *Iceland
EAT,180 +0245,165 +0230,150|Africa/Addis_Ababa Africa/Asmara *Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte
CET,60 WET,0 WEST,60,60 CEST,120,60 PMT,9|Africa/Algiers
WAT,60 +0030,30 GMT,0|Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Niamey Africa/Porto-Novo
GMT,0 -01,-60|Africa/Bissau
CAT,120|Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo
EET,120 EEST,180,60|Africa/Cairo Asia/Beirut Asia/Gaza Asia/Hebron Asia/Nicosia *Egypt *Europe/Nicosia
+00,0 +01,60 +00,0,-60 +01,60,60|Africa/Casablanca
CET,60 CEST,120,60 WET,0 WEST,60,60|Africa/Ceuta Europe/Madrid
+00,0 +01,60 +00,0,-60 +01,60,60 -01,-60|Africa/El_Aaiun
SAST,120 SAST,180,60 SAST,90|Africa/Johannesburg Africa/Maseru Africa/Mbabane
CAT,120 EAT,180 CAST,180,60|Africa/Juba Africa/Khartoum
GMT,0 MMT,-44 MMT,-43|Africa/Monrovia
WAT,60 WAST,120,60|Africa/Ndjamena
GMT,0 WAT,60|Africa/Sao_Tome
EET,120 CEST,120,60 CET,60|Africa/Tripoli *Libya
CET,60 CEST,120,60 PMT,9|Africa/Tunis
CAT,120 WAT,60,-60 SAST,180,60 +0130,90|Africa/Windhoek
HST,-600 HDT,-540,60 BDT,-600,60 BST,-660|America/Adak *America/Atka *US/Aleutian
AKST,-540 AKDT,-480,60 AHDT,-540,60 AHST,-600|America/Anchorage US/Alaska
AST,-240 APT,-180,60|America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes America/Marigot America/Montserrat America/Port_of_Spain America/Puerto_Rico America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola *America/Virgin
-03,-180 -02,-120,60|America/Araguaina America/Bahia America/Belem America/Fortaleza America/Maceio America/Recife America/Sao_Paulo *Brazil/East
-03,-180 -02,-120,60 -04,-240 -03,-180,60 CMT,-257|America/Argentina/Buenos_Aires America/Argentina/Catamarca *America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan America/Argentina/Tucuman America/Argentina/Ushuaia *America/Buenos_Aires *America/Catamarca *America/Cordoba *America/Jujuy *America/Mendoza *America/Rosario
-03,-180 -04,-240 -03,-180,60 -02,-120,60 CMT,-257|America/Argentina/San_Luis
-03,-180 -03,-180,60 -04,-240 AMT,-231|America/Asuncion
EST,-300 CMT,-320|America/Atikokan America/Cayman *America/Coral_Harbour America/Panama *EST
CST,-360 CDT,-300,60 MST,-420 MDT,-360,60|America/Bahia_Banderas America/Mexico_City America/Monterrey *Mexico/General
AST,-240 ADT,-180,60 -0330,-210,30|America/Barbados
CST,-360 CDT,-300,60 -0530,-330,30|America/Belize
-04,-240 -03,-180,60|America/Boa_Vista America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho *Brazil/West
-05,-300 -04,-240,60 BMT,-296|America/Bogota
MST,-420 MDT,-360,60 PST,-480 PDT,-420,60|America/Boise
MST,-420 MDT,-360,60 CST,-360 EST,-300 CDT,-300,60 -00,0|America/Cambridge_Bay
EST,-300 CST,-360 CDT,-300,60 EDT,-240,60|America/Cancun
-04,-240 -0430,-270 CMT,-268|America/Caracas
-03,-180 -04,-240|America/Cayenne
CST,-360 CDT,-300,60 EST,-300|America/Chicago America/Indiana/Knox *America/Knox_IN America/Menominee America/Merida US/Central *US/Indiana-Starke
CST,-360 MDT,-360,60 MST,-420 CDT,-300,60|America/Chihuahua
MST,-420 MDT,-360,60 CST,-360 CDT,-300,60|America/Ciudad_Juarez
CST,-360 CDT,-300,60 SJMT,-336|America/Costa_Rica
-03,-180 -03,-180,60 -04,-240 -05,-300 -04,-240,60 SMT,-283|America/Coyhaique America/Punta_Arenas
MST,-420 MDT,-360,60|America/Creston America/Denver America/Phoenix *America/Shiprock *MST *MST7MDT *Navajo US/Arizona US/Mountain
GMT,0 -03,-180 -02,-120,60|America/Danmarkshavn
MST,-420 PDT,-420,60 PST,-480 YST,-540 YPT,-480,60|America/Dawson America/Whitehorse *Canada/Yukon
MST,-420 PDT,-420,60 PST,-480|America/Dawson_Creek America/Vancouver Canada/Pacific
EST,-300 EDT,-240,60 CST,-360|America/Detroit *US/Michigan
CST,-360 MDT,-360,60 MST,-420|America/Edmonton *America/Yellowknife Canada/Mountain
-05,-300 -04,-240 -04,-240,60|America/Eirunepe *America/Porto_Acre America/Rio_Branco *Brazil/Acre
CST,-360 CDT,-300,60|America/El_Salvador America/Guatemala America/Matamoros America/Tegucigalpa *CST6CDT
PST,-480 PDT,-420,60 MST,-420|*America/Ensenada *America/Santa_Isabel America/Tijuana *Mexico/BajaNorte
MST,-420 PST,-480 PDT,-420,60|America/Fort_Nelson
EST,-300 EDT,-240,60 CST,-360 CDT,-300,60|*America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Marengo America/Indiana/Winamac *America/Indianapolis *US/East-Indiana
AST,-240 ADT,-180,60|America/Glace_Bay America/Halifax America/Thule Canada/Atlantic
-02,-120 -01,-60,60 -03,-180 -02,-120,60|*America/Godthab America/Nuuk
AST,-240 ADT,-180,60 ADDT,-120,120 NST,-210 NDT,-150,60 NST,-211 NDT,-151,60|America/Goose_Bay
EST,-300 EDT,-240,60 AST,-240 KMT,-307|America/Grand_Turk
-05,-300 -04,-240,60 QMT,-314|America/Guayaquil
-04,-240 -03,-180 -0345,-225|America/Guyana
CST,-300 CDT,-240,60 HMT,-330|America/Havana *Cuba
MST,-420 MDT,-360,60 CST,-360|America/Hermosillo America/Mazatlan *Mexico/BajaSur
EST,-300 EDT,-240,60 CDT,-300,60 CST,-360|America/Indiana/Petersburg America/Indiana/Vincennes America/Kentucky/Louisville America/Kentucky/Monticello *America/Louisville
CST,-360 CDT,-300,60 EST,-300 EDT,-240,60|America/Indiana/Tell_City
EST,-300 EDT,-240,60 CST,-360 CPT,-300,60|America/Indiana/Vevay
CST,-360 MDT,-360,60 MST,-420 PST,-480 PDT,-420,60 -00,0|America/Inuvik
EST,-300 EDT,-240,60 CDT,-300,60 CST,-360 -00,0|America/Iqaluit *America/Pangnirtung
EST,-300 EDT,-240,60 KMT,-307|America/Jamaica *Jamaica
AKST,-540 AKDT,-480,60 PDT,-420,60 PST,-480|America/Juneau America/Sitka
-04,-240 BST,-213,60 CMT,-273|America/La_Paz
-05,-300 -04,-240,60|America/Lima
PST,-480 PDT,-420,60|America/Los_Angeles *PST8PDT US/Pacific
CST,-360 CDT,-300,60 EST,-300 MMT,-345|America/Managua
AST,-240 ADT,-180,60 FFMT,-244|America/Martinique
AKST,-540 AKDT,-480,60 PST,-480 PDT,-420,60|America/Metlakatla
-03,-180 -02,-120,60 AST,-240|America/Miquelon
AST,-240 ADT,-180,60 EST,-300|America/Moncton
-03,-180 -02,-120,60 -0230,-150,30 -0130,-90,90 -03,-180,30 -0330,-210 -04,-240 MMT,-225|America/Montevideo
EST,-300 EDT,-240,60|*America/Montreal America/Nassau America/New_York *America/Nipigon *America/Thunder_Bay America/Toronto Canada/Eastern *EST5EDT US/Eastern
AKST,-540 AKDT,-480,60 BDT,-600,60 BST,-660|America/Nome
-02,-120 -01,-60,60|America/Noronha *Brazil/DeNoronha
CST,-360 CDT,-300,60 MDT,-360,60 MST,-420|America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem America/Ojinaga
-03,-180 -0330,-210 PMT,-221|America/Paramaribo
EST,-300 EDT,-240,60 PPMT,-289|America/Port-au-Prince
EST,-300 CDT,-300,60 CST,-360|*America/Rainy_River America/Winnipeg Canada/Central
CST,-360 CDT,-300,60 EST,-300 -00,0|America/Rankin_Inlet America/Resolute
CST,-360 MST,-420 MDT,-360,60|America/Regina America/Swift_Current *Canada/Saskatchewan
-03,-180 -04,-240 -03,-180,60|America/Santarem
-03,-180,60 -04,-240 -05,-300 -04,-240,60 SMT,-283|America/Santiago *Chile/Continental
AST,-240 EST,-300 -0430,-270,30 EDT,-240,60 SDMT,-280|America/Santo_Domingo
-02,-120 -01,-60,60 -01,-60 +00,0,60|America/Scoresbysund
NST,-210 NDT,-150,60 NDDT,-90,120 NST,-211 NDT,-151,60|America/St_Johns Canada/Newfoundland
AKST,-540 AKDT,-480,60|America/Yakutat
+08,480 +11,660 -00,0|Antarctica/Casey
+07,420 +05,300 -00,0|Antarctica/Davis
+10,600|Antarctica/DumontDUrville *Etc/GMT-10 Pacific/Chuuk Pacific/Port_Moresby *Pacific/Truk *Pacific/Yap
AEDT,660,60 AEST,600 -00,0|Antarctica/Macquarie
+05,300 +06,360 -00,0|Antarctica/Mawson
NZDT,780,60 NZST,720 NZST,720,30 NZMT,690 NZST,750,60|Antarctica/McMurdo *Antarctica/South_Pole *NZ Pacific/Auckland
-03,-180 -03,-180,60 -04,-240 -02,-120,60 -00,0|Antarctica/Palmer
-03,-180 -00,0|Antarctica/Rothera
+03,180|Antarctica/Syowa Asia/Aden Asia/Kuwait Asia/Riyadh *Etc/GMT-3
+00,0 +02,120,120|Antarctica/Troll
+05,300 +07,420 -00,0|Antarctica/Vostok
CET,60 CEST,120,60 CEMT,180,120|Arctic/Longyearbyen *Atlantic/Jan_Mayen Europe/Berlin Europe/Copenhagen Europe/Oslo Europe/Stockholm
+05,300 +06,360 +07,420,60 +06,360,60|Asia/Almaty
+03,180 EEST,180,60 EET,120|Asia/Amman Asia/Damascus
+12,720 +11,660 +12,720,60 +13,780,60 +13,780 +14,840,60|Asia/Anadyr
+05,300 +05,300,60 +04,240 +06,360,60 +06,360|Asia/Aqtau
+05,300 +06,360,60 +04,240 +05,300,60 +06,360|Asia/Aqtobe
+05,300 +04,240 +05,300,60 +06,360,60|Asia/Ashgabat *Asia/Ashkhabad
+05,300 +05,300,60 +04,240 +06,360,60 +06,360 +03,180|Asia/Atyrau Asia/Oral
+03,180 +04,240,60 BMT,178|Asia/Baghdad
+03,180 +04,240|Asia/Bahrain Asia/Qatar
+04,240 +05,300,60 +04,240,60 +03,180|Asia/Baku Asia/Yerevan
+07,420 BMT,402|Asia/Bangkok Asia/Phnom_Penh Asia/Vientiane Indian/Christmas
+07,420 +06,360 +07,420,60 +08,480,60|Asia/Barnaul Asia/Novokuznetsk Asia/Novosibirsk Asia/Tomsk
+06,360 +06,360,60 +05,300 +07,420,60|Asia/Bishkek
+08,480 +09,540 +0820,500,20 +0730,450|Asia/Brunei Asia/Kuching
IST,330 +0630,390,60 MMT,321|*Asia/Calcutta Asia/Kolkata
+09,540 +08,480 +10,600 +10,600,60 +09,540,60|Asia/Chita
+08,480 +09,540,60 +07,420|*Asia/Choibalsan Asia/Ulaanbaatar *Asia/Ulan_Bator
CST,480 CDT,540,60|*Asia/Chongqing *Asia/Chungking *Asia/Harbin Asia/Shanghai *PRC
+0530,330 +06,360 +0630,390 +0630,390,60 +06,360,30 MMT,320|Asia/Colombo
+06,360 +07,420,60 +0630,390 +0530,330 HMT,353|*Asia/Dacca Asia/Dhaka
+09,540 +08,480|Asia/Dili
+04,240|Asia/Dubai Asia/Muscat *Etc/GMT-4 Indian/Mahe Indian/Reunion
+05,300 +06,360,60 +06,360 +07,420,60|Asia/Dushanbe Asia/Tashkent
EET,120 EEST,180,60 +03,180|Asia/Famagusta
+07,420 +08,480 +09,540 PLMT,427|Asia/Ho_Chi_Minh *Asia/Saigon
HKT,480 HKST,540,60 JST,540 HKWT,510,30|Asia/Hong_Kong *Hongkong
+07,420 +08,480,60 +06,360|Asia/Hovd
+08,480 +09,540 +09,540,60 +07,420 +08,480,60 IMT,417|Asia/Irkutsk
+03,180 EEST,180,60 EET,120 +04,240,60 IMT,117|*Asia/Istanbul Europe/Istanbul *Turkey
WIB,420 +0730,450 +08,480 +09,540 +0720,440 BMT,427|Asia/Jakarta
WIT,540 +0930,570|Asia/Jayapura
IST,120 IDT,180,60 IDDT,240,120 JMT,141|Asia/Jerusalem *Asia/Tel_Aviv *Israel
+0430,270 +04,240|Asia/Kabul
+12,720 +11,660 +12,720,60 +13,780,60|Asia/Kamchatka
PKT,300 PKST,360,60 +0530,330 +0630,390,60|Asia/Karachi
+06,360|*Asia/Kashgar Asia/Urumqi *Etc/GMT-6
+0545,345 +0530,330|Asia/Kathmandu *Asia/Katmandu
+09,540 +10,600 +11,660 +11,660,60 +10,600,60 +08,480 +09,540,60|Asia/Khandyga
+07,420 +08,480 +08,480,60 +06,360 +07,420,60|Asia/Krasnoyarsk
+08,480 +0730,450 +09,540 +0720,440 +0720,440,20 +07,420 SMT,415|Asia/Kuala_Lumpur Asia/Singapore *Singapore
CST,480 CDT,540,60 +09,540 +10,600,60|*Asia/Macao Asia/Macau
+11,660 +10,600 +12,720 +12,720,60 +11,660,60|Asia/Magadan
WITA,480 +09,540 MMT,478|Asia/Makassar *Asia/Ujung_Pandang
PST,480 PDT,540,60 JST,540|Asia/Manila
+06,360 +07,420 +07,420,60 +05,300 +06,360,60|Asia/Omsk
WIB,420 WITA,480 +0730,450 +09,540 PMT,437|Asia/Pontianak
KST,540 KST,510|Asia/Pyongyang
+05,300 +06,360 +06,360,60 +04,240 +05,300,60|Asia/Qostanay
+05,300 +06,360 +06,360,60 +05,300,-60 +04,240|Asia/Qyzylorda
+0630,390 +09,540 RMT,385|*Asia/Rangoon Asia/Yangon Indian/Cocos
+11,660 +10,600 +11,660,60 +12,720,60 +09,540|Asia/Sakhalin
+05,300 +06,360,60 +06,360 +04,240|Asia/Samarkand
KST,540 KDT,600,60 KST,510 KDT,570,60|Asia/Seoul *ROK
+11,660 +12,720 +12,720,60 +10,600 +11,660,60|Asia/Srednekolymsk
CST,480 CDT,540,60 JST,540|Asia/Taipei *ROC
+04,240 +03,180 +04,240,60 +05,300,60 TBMT,179|Asia/Tbilisi
+0330,210 +0430,270,60 +04,240 +05,300,60 TMT,206|Asia/Tehran *Iran
+06,360 +0530,330|*Asia/Thimbu Asia/Thimphu
JST,540 JDT,600,60|Asia/Tokyo *Japan
+10,600 +11,660 +12,720 +12,720,60 +11,660,60 +09,540 +08,480|Asia/Ust-Nera
+10,600 +11,660 +11,660,60 +09,540 +10,600,60|Asia/Vladivostok
+09,540 +10,600 +10,600,60 +08,480 +09,540,60|Asia/Yakutsk
+05,300 +06,360 +06,360,60 +04,240 +05,300,60 PMT,225|Asia/Yekaterinburg
-01,-60 +00,0,60 WEST,60,60 WET,0 -01,-60,60 -02,-120 HMT,-115|Atlantic/Azores
AST,-240 ADT,-180,60 BMT,-259 BST,-199,60|Atlantic/Bermuda
WET,0 WEST,60,60 -01,-60|Atlantic/Canary
-01,-60 -02,-120 -01,-60,60|Atlantic/Cape_Verde
WET,0 WEST,60,60|*Atlantic/Faeroe Atlantic/Faroe
WET,0 WEST,60,60 +00,0,60 -01,-60 FMT,-68|Atlantic/Madeira
-02,-120|Atlantic/South_Georgia *Etc/GMT+2
-03,-180 -04,-240 -03,-180,60 -02,-120,60 SMT,-231|Atlantic/Stanley
AEDT,660,60 AEST,600|*Australia/ACT *Australia/Canberra *Australia/Currie Australia/Hobart Australia/Melbourne *Australia/NSW Australia/Sydney *Australia/Tasmania *Australia/Victoria
ACDT,630,60 ACST,570|Australia/Adelaide Australia/Broken_Hill *Australia/South *Australia/Yancowinna
AEST,600 AEDT,660,60|Australia/Brisbane Australia/Lindeman *Australia/Queensland
ACST,570 ACDT,630,60|Australia/Darwin *Australia/North
+0845,525 +0945,585,60|Australia/Eucla
+11,660,30 +1030,630 +1130,690,60 AEST,600|*Australia/LHI Australia/Lord_Howe
AWST,480 AWDT,540,60|Australia/Perth *Australia/West
CET,60 CEST,120,60 WEST,60,60 WET,0|*CET Europe/Amsterdam Europe/Brussels Europe/Luxembourg *MET
-05,-300,60 -06,-360 -06,-360,60 -07,-420 EMT,-437|*Chile/EasterIsland Pacific/Easter
EET,120 EEST,180,60 CET,60 CEST,120,60 AMT,95|*EET Europe/Athens
GMT,0,-60 IST,60 IST,60,60 GMT,0 IST,35,60 DMT,-25|*Eire Europe/Dublin
-01,-60|*Etc/GMT+1
-10,-600|*Etc/GMT+10 Pacific/Tahiti
-11,-660|*Etc/GMT+11
-12,-720|*Etc/GMT+12
-03,-180|*Etc/GMT+3
-04,-240|*Etc/GMT+4
-05,-300|*Etc/GMT+5
-06,-360|*Etc/GMT+6
-07,-420|*Etc/GMT+7
-08,-480|*Etc/GMT+8
-09,-540|*Etc/GMT+9 Pacific/Gambier
+01,60|*Etc/GMT-1
+11,660|*Etc/GMT-11 Pacific/Guadalcanal Pacific/Pohnpei *Pacific/Ponape
+12,720|*Etc/GMT-12 Pacific/Funafuti Pacific/Majuro Pacific/Tarawa Pacific/Wake Pacific/Wallis
+13,780|*Etc/GMT-13
+14,840|*Etc/GMT-14
+02,120|*Etc/GMT-2
+05,300|*Etc/GMT-5
+07,420|*Etc/GMT-7
+08,480|*Etc/GMT-8
+09,540|*Etc/GMT-9 Pacific/Palau
UTC,0|*Etc/UCT *Etc/UTC *Etc/Universal *Etc/Zulu *UCT UTC *Universal *Zulu
CET,60 CEST,120,60 WET,0|Europe/Andorra
+04,240 +03,180 +04,240,60 +05,300,60|Europe/Astrakhan Europe/Saratov
GMT,0 BST,60,60 BST,60 BDST,120,120|*Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London *GB *GB-Eire
CET,60 CEST,120,60|Europe/Belgrade Europe/Budapest Europe/Busingen Europe/Ljubljana Europe/Malta Europe/Podgorica Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Zagreb Europe/Zurich
CET,60 CEST,120,60 GMT,0,-60|Europe/Bratislava Europe/Prague
EET,120 EEST,180,60 BMT,104|Europe/Bucharest
EET,120 EEST,180,60 MSD,240,60 MSK,180 CEST,120,60 CET,60 BMT,104 CMT,115|Europe/Chisinau *Europe/Tiraspol
CET,60 CEST,120,60 GMT,0 BST,60,60|Europe/Gibraltar
EET,120 EEST,180,60 HMT,100|Europe/Helsinki Europe/Mariehamn
EET,120 +03,180 EEST,180,60 MSD,240,60 CEST,120,60 CET,60|Europe/Kaliningrad
EET,120 EEST,180,60 MSD,240,60 MSK,180 CET,60 CEST,120,60 KMT,122|*Europe/Kiev Europe/Kyiv *Europe/Uzhgorod *Europe/Zaporozhye
MSK,180 MSK,240 MSD,240,60 +05,300,60|Europe/Kirov
WET,0 WEST,60,60 CET,60 CEST,120,60|Europe/Lisbon *Portugal *WET
+03,180 EET,120 EEST,180,60 MSD,240,60 CEST,120,60 CET,60 MMT,110|Europe/Minsk
CET,60 CEST,120,60 WEST,60,60 WET,0 PMT,9|Europe/Monaco Europe/Paris
MSK,180 MSK,240 MSD,240,60 EET,120 EEST,180,60 +05,300,120 MDST,271,120 MST,211,60 MMT,151 MMT,150|Europe/Moscow *W-SU
EET,120 EEST,180,60 MSK,180 MSD,240,60 CET,60 CEST,120,60 RMT,97 LST,157,60|Europe/Riga
+04,240 +03,180 +04,240,60 +05,300,60 +03,180,-60|Europe/Samara
MSK,180 MSK,240 EET,120 EEST,180,60 MSD,240,60 CEST,120,60 CET,60 SMT,136|Europe/Simferopol
EET,120 EEST,180,60 CET,60 CEST,120,60|Europe/Sofia
EET,120 EEST,180,60 MSK,180 MSD,240,60 CEST,120,60 CET,60 TMT,99|Europe/Tallinn
+04,240 +03,180 +04,240,60 +02,120 +03,180,60 +05,300,60|Europe/Ulyanovsk
EET,120 EEST,180,60 CEST,120,60 CET,60 MSK,180 MSD,240,60 KMT,96 WMT,84|Europe/Vilnius
MSK,180 +04,240 MSD,240,60 +05,300,60|Europe/Volgograd
CET,60 CEST,120,60 EET,120 EEST,180,60 WMT,84|Europe/Warsaw *Poland
HST,-600 HST,-630 HPT,-570,60|*HST Pacific/Honolulu *Pacific/Johnston US/Hawaii
+06,360 +05,300|Indian/Chagos
+05,300 MMT,294|Indian/Kerguelen Indian/Maldives
+04,240 +05,300,60|Indian/Mauritius
+12,720 -12,-720 +11,660 +09,540 +10,600|*Kwajalein Pacific/Kwajalein
+1345,825,60 +1245,765 +1215,735|*NZ-CHAT Pacific/Chatham
+13,780 +14,840,60 -10,-600,60 -11,-660 -1130,-690|Pacific/Apia
+11,660 +10,600 +09,540|Pacific/Bougainville
+11,660 +12,720,60|Pacific/Efate Pacific/Noumea
+13,780 -11,-660 -12,-720 -00,0|*Pacific/Enderbury Pacific/Kanton
+13,780 -11,-660|Pacific/Fakaofo
+12,720 +13,780,60|Pacific/Fiji
-06,-360 -05,-300,60 -05,-300|Pacific/Galapagos
ChST,600 GDT,660,60 +09,540|Pacific/Guam Pacific/Saipan
+14,840 -10,-600 -1040,-640|Pacific/Kiritimati
+11,660 +12,720 +09,540 +10,600|Pacific/Kosrae
-0930,-570|Pacific/Marquesas
SST,-660|Pacific/Midway Pacific/Pago_Pago *Pacific/Samoa *US/Samoa
+12,720 +1130,690 +09,540|Pacific/Nauru
-11,-660 -1120,-680|Pacific/Niue
+12,720,60 +11,660 +1130,690 +1230,750,60 +1112,672|Pacific/Norfolk
-08,-480 -0830,-510|Pacific/Pitcairn
-10,-600 -0930,-570,30 -1030,-630|Pacific/Rarotonga
+13,780 +14,840,60 +1220,740|Pacific/Tongatapu
`
  .trim()
  .split('\n');
