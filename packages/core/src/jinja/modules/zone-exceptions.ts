/**
 * Times since 1970 whose names the hours of their zone do not tell, from the tz database (public domain) as pytz reads it: zones, then
 * `begin,length,name,minutes,summer minutes`, the first two in seconds with base 36; without a length it is the last.
 */
export const namedTimes: readonly string[] = `
Africa/Algiers|3tyo00,8n180,WEST,60,60
Africa/Casablanca Africa/El_Aaiun|p64iw0,2iqo0,+01,60,60 pag2w0,6uao0,+01,60,60 pr0dk0,1stc0,+00,0,-60 q90iw0,25s00,+00,0,-60 qrdmw0,1stc0,+00,0,-60
Africa/Casablanca Africa/El_Aaiun|r9ds80,25s00,+00,0,-60 rrqw80,1stc0,+00,0,-60 sa4080,1stc0,+00,0,-60 ss45k0,25s00,+00,0,-60 tah9k0,1stc0,+00,0,-60
Africa/Tripoli Libya|e833w0,9et80,CEST,120,60 mkeao0,asw00,CEST,120,60
America/Adak America/Atka US/Aleutian|6y2us0,9px80,BDT,-600,60 77ss00,1l940,AHST,-600,0
America/Anchorage US/Alaska|6y2s00,9px80,AHDT,-540,60 77sp80,1l940,YST,-540,0
America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Argentina/Tucuman|bdkr40,6u540,-02,-120,120 fj0b00,7thc0,-03,-180,60
America/Catamarca|bdkr40,6u540,-02,-120,120 fj0b00,7thc0,-03,-180,60
America/Argentina/Cordoba America/Argentina/Salta America/Cordoba America/Rosario|bdkr40,6u540,-02,-120,120
America/Argentina/Jujuy America/Jujuy|bcuts0,7k2g0,-02,-120,120
America/Argentina/La_Rioja America/Argentina/Rio_Gallegos America/Argentina/San_Juan|fj0b00,7thc0,-03,-180,60
America/Argentina/Ushuaia|fj0b00,7thc0,-03,-180,60
America/Argentina/Mendoza America/Mendoza|bwats0,773s0,-02,-120,120 fj0b00,7thc0,-03,-180,60
America/Argentina/San_Luis|aujkg0,71mk0,-03,-180,60 fj0b00,7thc0,-03,-180,60 juz1k0,2gys0,-03,-180,60
America/Asuncion|skx1s0,gl80,-03,-180,60
America/Bahia_Banderas|l0ch00,asqg0,CDT,-300,120
America/Cambridge_Bay|f9nqc0,ast80,MDT,-360,60 g36jg0,ct40,EST,-300,0 gb3vo0,ast80,MDT,-360,60
America/Cancun|e87i80,afuk0,CDT,-300,60 ex1so0,4bms0,CDT,-300,60
America/Chihuahua|eqxno0,afuk0,MDT,-360,60 r9rac0,ast80,MDT,-360,60
America/Ciudad_Juarez|eqxno0,afuk0,MDT,-360,60 rkk3k0,1l940,CST,-360,0
America/Coyhaique|nbij40,vonw0,-03,-180,60 sjh740,9xbw0,-03,-180,60
America/Dawson America/Whitehorse Canada/Yukon|q6vd40,c8ic0,PDT,-420,60
America/Dawson_Creek|17qug0,69uk0,PDT,-420,60
America/Grand_Turk|p5ezg0,c8nw0,EDT,-240,60
America/Indiana/Knox America/Knox_IN US/Indiana-Starke|b3i3k0,afuk0,CDT,-300,60 ix3240,asw00,CDT,-300,60
America/Indiana/Marengo America/Kentucky/Louisville America/Louisville|23fcs0,f4g00,CDT,-300,0
America/Indiana/Petersburg|3td280,9px80,CDT,-300,60 ix3240,asw00,CDT,-300,60 jeqbk0,c8nw0,CDT,-300,60
America/Indiana/Tell_City|ix3240,asw00,CDT,-300,60
America/Indiana/Vincennes|ix3240,asw00,CDT,-300,60 jeqbk0,c8nw0,CDT,-300,60
America/Indiana/Winamac|ix3240,asw00,CDT,-300,60 jeqbk0,c8l40,EDT,-240,120
America/Inuvik|4v6bs0,9cvs0,MDT,-360,120
America/Iqaluit America/Kentucky/Monticello America/Pangnirtung|fsdq80,ast80,CDT,-300,60
America/Juneau|5dweg0,9d1c0,YDT,-480,60 77sjo0,1leo0,YST,-540,0
America/Managua|bhceg0,dq240,EST,-300,0
America/Menominee|1qgos0,9d1c0,CDT,-300,60
America/Metlakatla|p5fak0,c8nw0,AKDT,-480,60 po5d80,c8nw0,AKDT,-480,60
America/Nome|77ss00,1l6c0,YST,-540,0
America/North_Dakota/Beulah|kz9l00,c8nw0,MDT,-360,60
America/North_Dakota/Center|bm8900,afuk0,MDT,-360,60
America/North_Dakota/New_Salem|hcwzo0,afuk0,MDT,-360,60
America/Ojinaga|eqxno0,afuk0,MDT,-360,60 r8oec0,bvp80,MDT,-360,60
America/Punta_Arenas Antarctica/Palmer|nbij40,vonw0,-03,-180,60 obvsg0,5rbw0,-03,-180,60
America/Rankin_Inlet|fsdq80,ast80,CDT,-300,60 gb3sw0,ast80,CDT,-300,60
America/Resolute|fsdq80,ast80,CDT,-300,60 gb3sw0,ast80,CDT,-300,60 ix34w0,ast80,CDT,-300,60 jeqbk0,c8nw0,CDT,-300,60
America/Scoresbysund|5v6080,9cyk0,+00,0,120 sb6tg0,asw00,-01,-60,60
America/Sitka|77sjo0,1leo0,YST,-540,0
America/Yakutat|5xt80,9cyk0,YDT,-480,60 fars0,9d440,YST,-540,0 onvw0,9px80,YDT,-480,60 ydt40,9d440,YST,-540,0 17qx80,9cyk0,YDT,-480,60
America/Yakutat|1h3vs0,9d440,YST,-540,0 1qgzw0,9cyk0,YDT,-480,60 1ztyg0,3lpg0,YST,-540,0 23fnw0,f4d80,YDT,-480,60 2ik140,64g40,YST,-540,0
America/Yakutat|2ooh80,clmk0,YDT,-480,60 31a3s0,9d440,YST,-540,0 3an7w0,9px80,YDT,-480,60 3kd540,905g0,YST,-540,0 3tdak0,9px80,YDT,-480,60
America/Yakutat|4337s0,9d440,YST,-540,0 4cgbw0,9cyk0,YDT,-480,60 4ltag0,9d440,YST,-540,0 4v6ek0,9cyk0,YDT,-480,60 54jd40,9d440,YST,-540,0
America/Yakutat|5dwh80,9cyk0,YDT,-480,60 5n9fs0,9d440,YST,-540,0 5wmjw0,9cyk0,YDT,-480,60 65zig0,9d440,YST,-540,0 6fcmk0,9px80,YDT,-480,60
America/Yakutat|6p2js0,905g0,YST,-540,0 6y2p80,9px80,YDT,-480,60 77smg0,1lbw0,YST,-540,0
Asia/Almaty Asia/Omsk Asia/Tashkent|b347k0,9d440,+06,360,60
Asia/Amman|m1o2g0,wel80,EEST,180,60 r7tx40,clpc0,EEST,180,60
Asia/Anadyr|6e2bw0,9ew00,+13,780,60 b33qw0,9d440,+12,720,60 kzy1k0,b5xg0,+12,720,60
Asia/Aqtau|b34ac0,9d440,+05,300,60 hv9940,b5uo0,+05,300,60
Asia/Aqtobe|5vb0s0,9et80,+06,360,60 6e2vc0,9ew00,+06,360,60 b34ac0,9d440,+05,300,60
Asia/Ashgabat Asia/Ashkhabad Asia/Yekaterinburg|b34ac0,9d440,+05,300,60
Asia/Atyrau|b34ac0,9d440,+05,300,60 f99uc0,b5xg0,+05,300,60 hv9940,b5uo0,+05,300,60
Asia/Baku|b34d40,9d440,+04,240,60 bluik0,9d1c0,+04,240,60
Asia/Barnaul|b344s0,9d440,+07,420,60 d98v40,64og0,+07,420,60
Asia/Bishkek|b347k0,7vc00,+06,360,60 idzae0,73aa0,+06,360,60
Asia/Chita Asia/Yakutsk|b33z80,9d440,+09,540,60
Asia/Colombo|drxa20,7x5a0,+0630,390,0
Asia/Damascus|r99rs0,b5rw0,EEST,180,60
Asia/Dushanbe|b347k0,8c2s0,+06,360,60
Asia/Famagusta|o4oas0,8h8w0,EEST,180,60
Asia/Gaza Asia/Hebron|2crp40,51ek0,IDT,180,60 2ht3o0,9q2s0,IST,120,0 2rj6g0,6u7w0,IDT,180,60 2ydec0,2kjk40,IST,120,0 5iwyg0,25s00,IDT,180,60
Asia/Gaza Asia/Hebron|5l2qg0,1weyo0,IST,120,0 7hhp40,5reo0,IDT,180,60 7n93s0,bvs00,IST,120,0 7z4vs0,776k0,IDT,180,60 86c2c0,dbpg0,IST,120,0
Asia/Gaza Asia/Hebron|8jnrs0,5rbw0,IDT,180,60 8pf3o0,bbhg0,IST,120,0 90ql40,7rjw0,IDT,180,60 98i500,asys0,IST,120,0 9jb3s0,7k580,IDT,180,60
Asia/Gaza Asia/Hebron|9qv900,c8tg0,IST,120,0 a342g0,6h980,IDT,180,60 a9lbo0,ag040,IST,120,0 ak1bs0,7x3w0,IDT,180,60 aryfo0,asys0,IST,120,0
Asia/Gaza Asia/Hebron|b2reg0,8a2k0,IDT,180,60 bb1h00,asys0,IST,120,0 blufs0,8a2k0,IDT,180,60 bu4ic0,ap9g0,IST,120,0 c4trs0,80t80,IDT,180,60
Asia/Gaza Asia/Hebron|ccul00,ap9g0,IST,120,0 cnjug0,7nuk0,IDT,180,60 cv7p00,b2840,IST,120,0 d69x40,80t80,IDT,180,60 deaqc0,66as0,IST,120,0
Asia/Hong_Kong Hongkong|1q2u60,9cyk0,HKST,540,60 231i60,f4d80,HKST,540,60
Asia/Irkutsk|b34200,9d440,+08,480,60
Asia/Istanbul Europe/Istanbul Turkey|4azmo0,4iqc0,EEST,180,60 o4oas0,8fe80,EEST,180,60
Asia/Kamchatka|b33qw0,9d440,+12,720,60 kzy1k0,b5xg0,+12,720,60
Asia/Khandyga|b33z80,9d440,+09,540,60 hcisk0,asw00,+10,600,60 lio9s0,8ql00,+11,660,0
Asia/Krasnoyarsk|b344s0,9d440,+07,420,60
Asia/Macao Asia/Macau|1q2u60,9cyk0,CDT,540,60 231i60,f4d80,CDT,540,60
Asia/Magadan Asia/Srednekolymsk|b33to0,9d440,+11,660,60
Asia/Novokuznetsk|b344s0,9d440,+07,420,60 kzyfg0,b5xg0,+07,420,60
Asia/Novosibirsk|b344s0,9d440,+07,420,60 c7fr40,6hn40,+07,420,60
Asia/Oral|5vb0s0,9et80,+06,360,60 6e2vc0,9ew00,+06,360,60 a1b6c0,9d440,+05,300,60 bi8t40,3ljw0,+05,300,0 hv9940,b5uo0,+05,300,60
Asia/Qostanay|5vb0s0,9et80,+06,360,60 6e2vc0,9ew00,+06,360,60 b34ac0,9d440,+05,300,60 hv96c0,b5uo0,+06,360,60
Asia/Qyzylorda|5vb0s0,9et80,+06,360,60 6e2vc0,9ew00,+06,360,60 b34ac0,9d440,+05,300,-60 bi8qc0,3ljw0,+06,360,0 hv96c0,b5uo0,+06,360,60
Asia/Sakhalin|b33to0,9d440,+11,660,60 e7t8c0,asys0,+11,660,60
Asia/Samarkand|5vb0s0,9et80,+06,360,60 6e2vc0,9ew00,+06,360,60
Asia/Tbilisi|b34d40,9d440,+04,240,60 cnaic0,9cyk0,+04,240,60 hzxjg0,6hn40,+04,240,60
Asia/Tomsk|b344s0,9d440,+07,420,60 gvea40,97k40,+07,420,60
Asia/Ust-Nera|5vapo0,9eno0,+12,720,180 b33to0,9d440,+11,660,60 lio700,8ql00,+12,720,0
Asia/Vladivostok|b33wg0,9d440,+10,600,60
Asia/Yerevan|b34d40,9d440,+04,240,60 d60qk0,9d1c0,+04,240,60
Atlantic/Azores|bluo40,9d1c0,+00,0,60 c8qqs0,571c0,+00,0,60
Atlantic/Stanley|872gc0,b5uo0,-03,-180,60
Chile/EasterIsland Pacific/Easter|6594g0,7x3w0,-06,-360,60
Europe/Astrakhan|a1b940,9d440,+04,240,60 blufs0,9d440,+04,240,60
Europe/Chisinau Europe/Tiraspol|am73s0,7kdk0,EEST,180,60
Europe/Kaliningrad|64pzk0,9d440,MSK,180,0 6nhww0,9d440,MSK,180,0 769u80,9eys0,MSK,180,0 7p1zw0,9d1c0,MSK,180,0 87s2k0,9d1c0,MSK,180,0 8qi580,9d1c0,MSK,180,0
Europe/Kaliningrad|9987w0,9d1c0,MSK,180,0 9ryak0,9d1c0,MSK,180,0 a1bbw0,9d440,EEST,180,60
Europe/Kiev Europe/Kyiv Europe/Uzhgorod Europe/Zaporozhye|ap2t40,neqw0,EEST,180,60
Europe/Kirov|64pws0,9d440,+04,240,0 6nhu40,9d440,+04,240,0 769rg0,9eys0,+04,240,0 7p1x40,9d1c0,+04,240,0 87rzs0,9d1c0,+04,240,0 8qi2g0,9d1c0,+04,240,0
Europe/Kirov|998540,9d1c0,+04,240,0 9ry7s0,9d1c0,+04,240,0 a1b940,9d440,MSD,240,60 b34fw0,ipzw0,+04,240,0 blufs0,9d440,MSD,240,60
Europe/Lisbon Portugal WET|bluo40,9d1c0,WEST,60,60 dp3xg0,asw00,WEST,60,60
Europe/Minsk|64pzk0,9d440,MSK,180,0 6nhww0,9d440,MSK,180,0 769u80,9eys0,MSK,180,0 7p1zw0,9d1c0,MSK,180,0 87s2k0,9d1c0,MSK,180,0 8qi580,9d1c0,MSK,180,0
Europe/Minsk|9987w0,9d1c0,MSK,180,0 9ryak0,9d1c0,MSK,180,0 aaod80,sg2o0,MSK,180,0 b34fw0,9d440,EEST,180,60
Europe/Moscow W-SU|b34fw0,9d440,EEST,180,60
Europe/Riga Europe/Tallinn|a1bbw0,9d440,EEST,180,60
Europe/Samara|a1b940,9d440,+04,240,60 b34fw0,9d440,+03,180,-60 kzyns0,b5xg0,+04,240,60
Europe/Saratov|9il6g0,9d440,+04,240,60 blufs0,9d440,+04,240,60
Europe/Simferopol|cnaqo0,1sl00,EEST,180,60 cp3bo0,7kdk0,MSD,240,120 e7u040,asw00,EEST,180,60 n382o0,asqg0,MSK,240,0
Europe/Ulyanovsk|a1b940,9d440,+04,240,60 b34fw0,9d440,+03,180,60
Europe/Vilnius|a1bbw0,9d440,EEST,180,60 eqk2s0,asw00,CEST,120,60 f9a5g0,b5uo0,CEST,120,60
Europe/Volgograd|9il6g0,9d440,MSD,240,60 blufs0,9d440,MSD,240,60 liot80,1vbzw0,MSK,240,0
Pacific/Guam Pacific/Saipan|cqkc0,bvus0,GST,600,0 vgn00,16uo40,GST,600,0 25wv00,16aas0,GST,600,0 3gq1po,cls2c,GST,600,0 3zt300,c65zw0,GST,600,0
Pacific/Rarotonga|4mj960,5rbw0,-0930,-570,60
`
  .trim()
  .split('\n');
